"""The process: everything that runs, and the only room that joins the others."""
