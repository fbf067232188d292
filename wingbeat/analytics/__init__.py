"""The program beside the desk: brings tables to an engine, runs a law there, and writes readings.

It knows the laws and the statistics, no desk and no Django, and nothing imports it but the command.
"""
