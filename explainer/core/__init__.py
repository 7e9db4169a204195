"""What everything else speaks of: errors, texts and files, names, programs, digits."""
