"""Where bolt and the SDK log."""

import logging

SDK_LOG = logging.getLogger("slack_bolt")
