"""The roof: settings, routes, processes and the `tinhso` command; the only place that knows every room."""
