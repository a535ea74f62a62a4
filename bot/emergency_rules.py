"""All the rules; any that tells names its incident."""

from bot.emergency_accounts import CLICKED, MAILBOX_HACKED
from bot.emergency_deceit import FAKE_BANKER
from bot.emergency_leaks import DATA_LEAK
from bot.emergency_losses import THEFT, WRONG_RECIPIENT
from bot.emergency_machines import FAKE_SUPPORT, RANSOMWARE
from bot.emergency_rule import Rule

RULES: tuple[Rule, ...] = (
    *RANSOMWARE,
    *FAKE_SUPPORT,
    *FAKE_BANKER,
    *MAILBOX_HACKED,
    *CLICKED,
    *THEFT,
    *WRONG_RECIPIENT,
    *DATA_LEAK,
)
