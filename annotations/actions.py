"""The one door for writing: projects, members, terminology, suspicions, answers, talk. Everything else only reads."""

from annotations.access import NotAllowed
from annotations.again import AskedAgain, ask_again
from annotations.answering import Bulk, adjudicate, answer, answer_many, undo, undo_last
from annotations.answers import Answer, InvalidAnswer, Shown
from annotations.comments import comment, withdraw_comment
from annotations.figures import keep_all_figures, keep_figures
from annotations.filters import InvalidFilter, delete_filter, save_filter
from annotations.gold import Practised, drop_gold, finish_practice, practise, set_gold
from annotations.importing.rows import RowError
from annotations.intake import ImportReport, SourceInfo, import_terms
from annotations.keys import InvalidKeys, set_keys
from annotations.notifications import mark_read
from annotations.projects import InvalidProject, add_member, change_project, create_project
from annotations.standing import weigh_reviewers
from annotations.statistics import refresh_statistics
from annotations.suspicions import ScoredPair, flag_suspects, keep_attributions, order_queues
from annotations.verdict_intake import import_user, import_verdicts

__all__ = [
    "Answer",
    "AskedAgain",
    "Bulk",
    "ImportReport",
    "InvalidAnswer",
    "InvalidFilter",
    "InvalidKeys",
    "InvalidProject",
    "NotAllowed",
    "Practised",
    "RowError",
    "ScoredPair",
    "Shown",
    "SourceInfo",
    "add_member",
    "adjudicate",
    "answer",
    "answer_many",
    "ask_again",
    "change_project",
    "comment",
    "create_project",
    "delete_filter",
    "drop_gold",
    "finish_practice",
    "flag_suspects",
    "import_terms",
    "import_user",
    "import_verdicts",
    "keep_all_figures",
    "keep_attributions",
    "keep_figures",
    "mark_read",
    "order_queues",
    "practise",
    "refresh_statistics",
    "save_filter",
    "set_gold",
    "set_keys",
    "undo",
    "undo_last",
    "weigh_reviewers",
    "withdraw_comment",
]  # fmt: skip
