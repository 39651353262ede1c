"""Pictures made by scripts: doodles and photographs of digits."""
