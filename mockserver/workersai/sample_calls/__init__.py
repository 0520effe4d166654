"""Sample calls: how a model is asked with curl, Python and JavaScript, written from its contract."""
