"""What several pages use: components, charts, galleries, tabs, the sidebar, background tasks, addresses of pages."""
