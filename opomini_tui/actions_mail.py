"""What can be done on the screens of mail: a part of the registry `opomini_tui.actions`, which is the one to be asked."""

from __future__ import annotations

from opomini_tui.action import Action

MAIL: tuple[Action, ...] = (
    Action("send_one.remedy", "f2", "Remedy", "Go to where the obstacle can be removed"),
    Action("send_batch.reasons", "f2", "Who will not get it", "The notices that will not go, each with its reason"),
    Action("preflight.contact", "f3", "Contact", "The customer's contacts, to correct the address", hint=2),
    Action("preflight.accept", "a", "Accept address", "Several customers may have this address", needs="send", hint=3),
    Action(
        "preflight.open_notice",
        "enter,o",
        "Details",
        "Items, interest, texts, letter, e-mail, deliveries and journal of the notice",
        hint=4,
    ),
    Action("preflight.show", "f", "Show", "Only notices with one reason", hint=4),
    Action(
        "send_batch.review", "f7", "Each notice", "Go through the notices that will go, one by one, as they will go"
    ),
    Action("review.next", "n", "Next", "The next notice of the batch", hint=2),
    Action("review.previous", "N", "Previous", "The notice before", hint=3),
    Action(
        "review.differences",
        "d",
        "Differences",
        "What the letter says otherwise than the customer's previous notice",
        hint=4,
    ),
    Action(
        "review.view", "v", "Open letter", "The PDF in a viewer, or as pictures in a terminal that shows them", hint=5
    ),
    Action("review.copy", "y", "Copy", "Copy the message and the letter"),
    Action("review.close", "escape,q", "Back", "Back to the batch", hint=6),
    Action("send_batch.tab", "f3", "Other tab", "Which notices, or subject and text"),
    Action(
        "send_batch.edit", "f5", "In the editor", "Write the text of the message in your own editor ($VISUAL, $EDITOR)"
    ),
    Action("send_batch.template", "f6", "Insert template", "Put the template in force into the fields, to be changed"),
    Action(
        "outbox.recall",
        "u",
        "Take back",
        "Take the message back while it waits; it can be sent again",
        needs="send",
        hint=3,
    ),
    Action(
        "outbox.recall_batch",
        "U",
        "Take batch back",
        "Take every message of the batch back that still waits",
        needs="send",
    ),
    Action(
        "outbox.retry",
        "t",
        "Try again",
        "Send again what was deferred, refused, held or came back",
        needs="send",
        hint=4,
    ),
    Action(
        "outbox.go", "g", "Go on", "Start now, end a pause, try a stopped account again; and send from here", hint=4
    ),
    Action("outbox.pause", "p", "Pause", "No sender begins another message of the batch; again goes on", needs="send"),
    Action("outbox.show", "f", "Show", "Only messages in one state", hint=5),
    Action("outbox.batches", "b", "Batches", "All batches, unfinished ones first; each can be watched", hint=5),
    Action("outbox.tick", "space", "Tick or untick", "Tick the message; several can be cancelled or retried together"),
    Action("outbox.open_notice", "enter,o", "Open notice", "Everything about the notice of the message"),
    Action("outbox.contact", "f3", "Contact", "The customer and his contacts, to correct the address"),
    Action("outbox.settle", "s", "Settle", "Say what became of a message whose outcome is unknown", needs="resolve"),
    Action(
        "outbox.cancel",
        "ctrl+d,delete",
        "Cancel sending",
        "Messages that wait are not sent, after a question",
        needs="send",
    ),
    Action("outbox.account", "e", "Mail account", "The mail account that keeps messages from leaving"),
    Action("outbox.copy", "y", "Copy", "Copy all that is known of the message, the server's answer too"),
    Action("batches.open_batch", "enter,o", "Open", "Watch the batch: count-down, counts, results", hint=2),
    Action(
        "approval.approve",
        "a",
        "Approve",
        "As the second operator let the batch leave, after a question with count and sum",
        needs="send",
    ),
    Action(
        "approval.refuse",
        "x",
        "Refuse",
        "As the second operator cancel the batch that waits for approval, with a reason",
        needs="send",
    ),
    Action("sending.cancel_rest", "c", "Cancel the rest", "What waits is not sent, after a question", hint=5),
    Action(
        "notices.mailbox",
        "M",
        "Mailbox",
        "Bounces, delays and replies to notices; read the mailbox now",
        opens="opomini_tui.screens.mailbox:MailboxScreen",
    ),
    Action(
        "mailbox.poll", "r", "Read mailbox", "Look for new mail in the mailbox now; nothing in it is changed", hint=3
    ),
    Action("mailbox.open_text", "enter", "Open", "What the mail says", hint=4),
    Action("mailbox.open_notice", "o", "Open notice", "Everything about the notice that the mail belongs to", hint=5),
    Action("mailbox.show", "f", "Show", "Only bounces, delays, replies or copies", hint=6),
    Action("mailbox.contact", "f3", "Contact", "The customer and his contacts, to correct the address"),
    Action("mailbox.retry", "t", "Send again", "Send an undelivered notice to the corrected address", needs="send"),
    Action("mailbox.account", "e", "My account", "Your own mailbox (POP3) and mail server"),
    Action("mailbox.copy", "y", "Copy", "Copy what the mail says"),
)
