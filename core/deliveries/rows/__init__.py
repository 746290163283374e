"""TODO core/deliveries/rows."""
