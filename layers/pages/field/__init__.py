"""Field work over HTTP: what phones call (docs/field-protocol.md), what ODK Collect calls, the office's inbox."""
