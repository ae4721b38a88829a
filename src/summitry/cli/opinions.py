"""`summitry opinions CONVERSATION`: draws the map of a conversation now."""

import argparse

from summitry.cli import environment
from summitry.cli.problem import Problem


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("opinions", help="draw the map of an opinion vote")
    parser.add_argument("conversation", metavar="CONVERSATION", help="its address, the last part of its URL")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    environment.load()
    environment.need_migrated()
    from summitry.opinions import acts
    from summitry.opinions.models import Conversation

    conversation = Conversation.objects.filter(slug=args.conversation).first()
    if conversation is None:
        raise Problem(f"There is no opinion vote {args.conversation}.")
    if conversation.reported_at:
        raise Problem(f"The report of {args.conversation} is published: its map stays as it is.")
    run = acts.draw_map(conversation)
    print(
        f"{conversation.title}: {run.people:,} people, {run.statements:,} statements, {run.votes:,} votes, "
        f"{run.groups} groups"
    )
    print(f"Digest of the votes: {run.digest}")
    return 0
