"""The one place that judges acts: a table of grants, filled by the rooms, and the posts people hold."""
