"""From rows and values of the core to the JSON of ``api.schemas`` and to map features."""
