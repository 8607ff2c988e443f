"""Adapters of frameworks, one module each. None is imported before it is asked for, so no framework is required."""
