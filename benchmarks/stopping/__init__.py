"""How soon after Stop a run is there."""
