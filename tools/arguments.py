"""What the tools' command lines share."""
import argparse


def natural(text):
    """A number of at least 1; 1,000 and 1_000 are read as 1000."""
    value = int(text.replace(',', '').replace('_', ''))
    if value < 1:
        raise argparse.ArgumentTypeError('a number of at least 1')
    return value
