"""Leave the fields of named tuples out of the API page: the class itself says what they hold."""

from typing import Any

from sphinx.application import Sphinx


def skip(app: Sphinx, what: str, name: str, obj: Any, skipped: bool, options: Any) -> bool | None:
    """Skip "Alias for field number 0", which is all that Python says of such a field."""
    return True if (getattr(obj, "__doc__", None) or "").startswith("Alias for field") else None


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("autodoc-skip-member", skip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
