"""An author's file, checked and frozen."""
