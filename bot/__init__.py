"""The process: everything that runs. `bot.wiring` joins it to `handlers` and `core`."""
