"""Make calls: the real `claude --print`, plain HTTP, or a captured request, with what they need of the system."""
