"""What is in a stored record: opened again when somebody decides on it, or when what it waited for has come."""

from layers.models import Form, Submission
from layers.models.submissions import Channel

from .definitions import DEFINITIONS, Definition
from .filled import Filled
from .instances import read_instance
from .keys import private_key
from .reading import read
from .sealing import Kind, unseal


def plain_of(submission: Submission) -> bytes:
    return unseal(bytes(submission.raw), Kind.RECORD, private_key())


def reopen(submission: Submission) -> tuple[Filled, Definition]:
    """Return a stored submission as it was filled in, and the form as it is now."""
    form: Form = submission.form
    plain = plain_of(submission)
    filled = read_instance(plain, form) if submission.channel == Channel.COLLECT else read(plain)
    return filled, DEFINITIONS[form.form_id]
