"""The operations of Workers AI beside inference by path: one module for each group, imported when first asked."""
