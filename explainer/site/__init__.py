"""The static site: `plan` says what it consists of (pure), `build` makes it (the only writer), `audit` reads it again."""
