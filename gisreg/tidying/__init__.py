"""From a flag to its acceptance: the steps of a segment and the progress of wards and carriers."""
