"""Six agents, a file each: settings and ``run``. Agents never import each other."""
