"""What the notes of the sample book are made of: story arcs, reviews, short messages.

An arc is a thread that runs through several touches of one account: something is asked for, gets
stuck, moves, ends. Each step is written two or three ways. Names in braces are filled from the
account's people and industry; ` > ` begins our next step and ` < ` theirs, as in the log line.
"""

ARCS: dict[str, tuple[tuple[str, ...], ...]] = {
    "sso": (
        (
            "{tech} wants SSO before anyone else is invited. Entra, one tenant, conditional access on. > send the SCIM field list",
            "SSO came up again: {tech} will not sign off more seats on local passwords. Okta. > send the SSO checklist",
            "IT joined for ten minutes. Single sign-on is a condition for phase two, {champ} agrees. > book {tech} with our solutions engineer",
        ),
        (
            "Test tenant works for {tech}'s own account; groups come through empty. Looks like the claim name. < send a screenshot of the claims",
            "First SSO login done live on the call. Leavers are not deprovisioned yet, SCIM is the next bit. < open the firewall for SCIM",
        ),
        (
            "SSO is on for the office users. {place} still logs in with shared tablets, needs a separate policy. > write up the kiosk option",
            "{tech} switched everyone over on Sunday night. Eleven people locked out Monday, all fixed by lunch.",
        ),
        (
            "SSO done and dusted, {tech} asked for the audit log export as a thank-you present. > send audit log guide",
            'Closed the SSO thread. {champ}: "finally nobody asks me for passwords".',
        ),
    ),
    "integration": (
        (
            "They want {thing} to open a work order in {system} by itself. Today {user} types both. > scope the {system} link with Elena",
            "{champ} showed the double entry between us and {system}: about {n} records a week, by hand.",
        ),
        (
            "{system} sandbox credentials finally here. Field mapping is 80 % clear, plant codes are not. < send the plant code list",
            "Elena and {tech} mapped the {system} fields. Two open questions on status codes. < decide who owns the status",
        ),
        (
            "First records flow into {system}. Duplicates when a form is reopened, Elena knows why. > fix reopen duplicates",
            "Pilot sync with {system} at {place} since last week. {user} has stopped keeping the spreadsheet.",
        ),
        (
            "{system} link live for all sites. {champ} will report saved hours at the next review.",
            "{n} work orders went through to {system} last month with no touch. {champ} is showing it to {exec}.",
        ),
    ),
    "rollout": (
        (
            "Next site is {place}. {user} is the local lead, sceptical after the last tool. > send the site kit for {place}",
            "{champ} got the go for {place}. Wants the same order as before: templates, two champions, then everybody.",
            "Planned {place} with {champ}: start after stocktaking, {n} people, two shifts. > draft the {place} timeline",
        ),
        (
            "{place} kicked off. {user} rebuilt the {thing1} template in front of us, good sign.",
            "Kick-off at {place} went better than feared; the night shift had the best questions. > translate the quick guide",
        ),
        (
            "{place} is at {pct} % of the people active after three weeks. Gap is the weekend crew.",
            "Two of four teams at {place} use it daily. {user} wants a shorter form for {thing}. > build the short form with {user}",
        ),
        (
            "{place} signed off as live. {champ} wants to copy the set-up to the next one in the autumn.",
            "Walked {place} with {user}'s numbers: {thing} done on time from 61 to {pct} %. They framed the printout.",
        ),
    ),
    "templates": (
        (
            "Template sprawl: {n} versions of the {thing1} form. {champ} wants one owner. < name a template owner",
            "{user} asks which of the {thing} templates is the real one. Nobody knew. > send usage per template",
        ),
        (
            "Went through usage per template together. Half were never filled in; {champ} archived them on the spot.",
            "{user} is now the owner of templates. Changes once a month, not daily.",
        ),
        (
            "New {thing1} template is 14 questions instead of 41. Completion time roughly halved at {place}.",
            "Template clean-up finished. {user} proud, rightly. > send the before/after to {exec}",
        ),
    ),
    "dashboards": (
        (
            "{exec} asked {champ} for one number per site. We sketched a dashboard on the call. > draft the site board",
            "{champ} still builds the weekly report in Excel on Fridays, two hours each time. > show the scheduled report",
        ),
        (
            "Showed the draft board. {champ} wants {kpi} on top and the colours gone.",
            "{kpi} definition differs between {place} and head office, that is why the numbers never match. < agree one definition of {kpi}",
        ),
        (
            "Board is on the wall in {place}. {exec} looks at it on Mondays according to {champ}.",
            "The Friday report sends itself now. {champ} has Friday afternoons again, quote.",
        ),
    ),
    "mobile": (
        (
            "Tablets at {place} lose the connection in the back building, drafts vanish. > check offline mode settings",
            "{user}: the app is slow on the old devices. Android 9, twelve of them. < send the device list",
        ),
        (
            "Offline mode explained and switched on. {user} tests it in the cellar this week. < report on the offline test",
            "Reproduced the lost draft with {user}, it is the battery saver. Written down for support.",
        ),
        (
            "No lost draft in four weeks. {user} withdrew the complaint in writing, unasked.",
            "New devices arrived at {place}. The noise about the app is gone.",
        ),
    ),
    "training": (
        (
            "{n} new starters in {place}, nobody trained them on {thing}. > offer two training dates",
            "{champ} wants a refresher for the {crew}: half of them joined after go-live. > propose training slots",
        ),
        (
            "Training held for the {crew}, 45 min, {n} people. Questions mostly about photos and signatures.",
            "Second training group. {user} did half of it alone, which is the point. > send the recording",
        ),
        (
            "Usage at {place} is up since the training. {champ} books the next one without being asked.",
            "{user} now runs the onboarding of new {crew} alone. One less thing on our list.",
        ),
    ),
    "value": (
        (
            "{champ} needs a number for the budget round: hours saved on {thing}. > build the value sheet with {champ}",
            "Collected the inputs for the value case: {n} {thing} a week, 12 minutes each before. < confirm the hourly rate",
        ),
        (
            "Value sheet says {n}0 hours a quarter. {champ} finds it high, we halved the assumption and it still holds.",
            "{exec} accepted the savings figure after finance had checked it. That is worth a lot in autumn.",
        ),
        (
            "{champ} presented the value case to the board, no objections. Wants to use {kpi} as the yearly goal.",
            "Finance now quotes our number in their own deck. {champ} laughed.",
        ),
    ),
    "audit": (
        (
            "External audit in six weeks. {champ} wants every {thing1} of the last year as evidence. > show the evidence export",
            "Auditor asks for who changed what in the {thing1} template. {tech} needs the change log. > send the change log guide",
        ),
        (
            "Dry run of the audit with {user}: all there but the signatures from {place}. < collect the missing signatures",
            "Evidence export took 40 minutes, too long for {tech}. Raised with product, workaround is by month.",
        ),
        (
            "Audit passed with no findings on {thing}. {champ} forwarded the auditor's mail.",
            "Audit done; one remark about retention periods. {tech} sets them to five years.",
        ),
    ),
    "procurement": (
        (
            "Procurement has a new face who wants to see the contract again. {champ} calm about it. > send contract summary",
            "Vendor risk questionnaire, 94 questions. > fill in the questionnaire with security",
        ),
        (
            "Questionnaire is back with six follow-ups, all about hosting. Priya answers.",
            "{exec} told procurement we stay. The rest is paperwork.",
        ),
        (
            "Vendor file closed for this year. Next check in twelve months.",
            "Procurement happy; asked for a price for three years. > tell Tom about the three-year question",
        ),
    ),
    "second_use": (
        (
            "{exec} asked whether {thing2} could run on the same platform. {champ} lit up. > show {thing2} at a similar customer",
            "Idea from {user}: use it for {thing2} as well, today that is paper.",
        ),
        (
            "Workshop on {thing2}: {n} steps on the whiteboard, seven remain. < send the current paper form",
            "Built {thing2} live with {user} in half an hour. {champ} wants to try it at {place} first.",
        ),
        (
            "{thing2} pilot runs at {place}. First week: fewer calls to the office, says {user}.",
            "Pilot of {thing2} is liked, but who pays is open between two departments. < settle the cost centre",
        ),
        (
            "{thing2} is now daily business at {place}. {champ} counts it as the win of the quarter.",
            "Second department onboarded with {thing2}. {exec} mentioned it in their all-hands.",
        ),
    ),
    "reorg": (
        (
            "Reorganisation announced: {champ}'s team moves under {exec}. Scope stays, says {champ}. > update the stakeholder map",
            "Rumours of a hiring stop. {champ} does not expect an effect on us before summer.",
        ),
        (
            "New structure is out. {champ} keeps operations and gets {place} on top. More work, more seats later.",
            "Intro with the new people around {exec}. They know the tool from their last job, phew.",
        ),
        (
            "Dust has settled. Same goals, one more site. {champ} sounds tired but fine.",
            "Re-confirmed the goals with {exec} after the reorganisation: {kpi} stays number one.",
        ),
    ),
    "support": (
        (
            "{user} waited three days for support on photo uploads, annoyed. > chase the photo ticket with Priya",
            "Two tickets on slow search in one week. {champ} asks if others have it too. > ask engineering about search",
        ),
        (
            "Photo uploads fixed in the last release; {user} confirms. Tone is friendly again.",
            "Search is faster since Tuesday. {champ} noticed before I could mention it.",
        ),
        (
            "Went through the tickets of the quarter: five, all closed, median under a day.",
            "No tickets this month. {user} offers a reference call if we ever need one.",
        ),
    ),
    "data": (
        (
            "Old {thing} from before us sit in a file share, {n} thousand PDFs. {champ} wants the last two years in. > estimate the import",
            "{tech} asks for a nightly export into their warehouse. > send the export API notes",
        ),
        (
            "Import of the first year ran over the weekend, 3 % rejects because of missing dates. < fix the missing dates",
            "Nightly export in test. {tech} found a time zone bug on their side.",
        ),
        (
            "History is complete. {user} found a {thing1} from two years ago in ten seconds and grinned.",
            "Warehouse export stable for a month. {tech} has stopped asking for admin rights.",
        ),
    ),
    "season": (
        (
            "Peak season starts. {champ} wants no changes from now on, only eyes on. > freeze note to support",
            "High season ahead at {place}: {n} temps need logins. > send the bulk invite guide",
        ),
        (
            "Mid-peak check: everything holds, {n}00 {thing} in one week, a record.",
            "Temps log in, some share devices. {user} copes. Nothing urgent.",
        ),
        (
            "Season review: two ideas for next year, no complaints. {champ} goes on leave, deserved.",
            "Peak is over, licences of the temps handed back. {champ} thanks support by name.",
        ),
    ),
    "language": (
        (
            "{place} needs the forms in the local language, {user} translates after hours. > show the translation view",
            "A third of the {crew} does not read English well. {champ} asks for pictograms. > send the icon set",
        ),
        (
            "Translated {thing1} form is out at {place}. Fewer questions to {user} already.",
            "Pictograms tested with two teams, one symbol caused laughter and was replaced.",
        ),
        (
            "All {thing} are bilingual now. {champ} calls it the cheapest improvement of the year.",
            "{place} caught up with the others since the forms are in their language.",
        ),
    ),
    "alerts": (
        (
            "Nobody reacts to overdue {thing}. {champ} wants an alert to the {crew} lead, not to everybody. > set up the alert with {user}",
            "Too many notifications, {user} has muted us. > propose quieter defaults",
        ),
        (
            "Alert goes to one person per shift now. First week: reaction under an hour at {place}.",
            "Digest once a day instead of {n} mails. {user} has unmuted us, small victory.",
        ),
        (
            "Overdue {thing} down to single digits. {champ} wants the same for {thing2}.",
            "Alerts are a non-topic now, which is how it should be.",
        ),
    ),
    "api": (
        (
            "{tech} builds a screen of their own on our API and hit the rate limit. > send batch endpoint notes",
            "Question about webhooks for closed {thing}. {tech} wants them signed. > send webhook signing example",
        ),
        (
            "Webhooks arrive, signature checked. {tech} is easy to work with.",
            "Batch calls solved the limit. {tech} reports nine requests a minute instead of ninety.",
        ),
        (
            "{tech}'s screen is in use at the gate of {place}. Asked if we may show it to others: yes. < send a screenshot we may use",
            "API work finished on their side; {tech} moves to another project and hands over to a colleague.",
        ),
    ),
    "quality": (
        (
            "{champ} suspects that people tick {thing} without looking. Wants proof. > send photo-required setting",
            "Odd pattern: {thing} at {place} all done within one minute at shift end. Told {champ} gently.",
        ),
        (
            "Photos required for five of the questions. Grumbling from the {crew}, backing from {exec}.",
            "Spot checks agree with the entries in {pct} % of cases now. {champ} relieved.",
        ),
        (
            'Completion time went from one minute to six. {champ}: "now I believe the numbers".',
            "{kpi} moved for the first time. {exec} asked what we had done.",
        ),
    ),
    "people": (
        (
            "{user} is going on parental leave in two months. Hand-over to a colleague planned. < name the stand-in",
            "{champ} has less time: second job as project lead for the ERP. Wants {user} in the calls too.",
        ),
        (
            "First call with the stand-in. Knows the forms, not the reports. > short session on reports",
            "{user} takes over the routine, {champ} joins once a month. Works.",
        ),
        (
            "Hand-over is through; {user} asks better questions than we do.",
            "New rhythm: short calls with {user}, {champ} at the reviews. Everybody fine with it.",
        ),
    ),
    "price": (
        (
            "{champ} heard about the price change from a peer and asks what it means for them. > get a clear answer from Tom",
            "Budget talk: {exec} wants to know what happens at fewer seats. Told them honestly. > send price options",
        ),
        (
            "Answer on prices given: nothing changes before the term ends. {champ} visibly relaxed.",
            "Options discussed with {exec}. Three years with a cap is the favourite.",
        ),
        (
            "Price topic settled for this term. {exec} appreciated the straight answer.",
            "Budget approved as it was. {champ} sent a thumbs-up at 22:40.",
        ),
    ),
    "safety": (
        (
            "Near miss at {place} last week. {exec} wants {thing2} reported the same day. > build the near-miss form",
            "Safety officer {user} takes part from now on. Priority is one place for all incidents.",
        ),
        (
            "Near-miss form live. Nine reports in the first week, before it was one a month. Good, not bad.",
            "{user} sorts the reports daily. {exec} reads them, that changes behaviour.",
        ),
        (
            "Incidents with lost time down by a third against last year. {champ} careful about the cause.",
            "Works council approves of the form after the names were taken out.",
        ),
    ),
}

QBR: tuple[str, ...] = (
    "QBR with {exec}: {kpi} from {base} to {now}, target {target}. {exec} asks for {place} next. > send the recap",
    "Quarterly review. Wins: {thing} on time, {kpi} at {now} ({base} at the start). Open: {thing2}. > send the recap",
    "Review, {exec} came for the first half. {kpi} {now}, goal stays {target}. {champ} will present next time. > send the recap",
    "QBR. Went through goals, {kpi} at {now} (goal {target}), tickets, next quarter. Two owners named on their side. > send the recap",
    "Review held at {place}. {exec} cares about one thing: {kpi}. {now} today, {base} before us. > send the recap",
    "Quarterly: {kpi} moved to {now}. {exec} wants to compare with peers. Next quarter: {thing2}. > send the recap",
    "QBR in an hour flat. Spend as planned, {kpi} {now}, feedback: faster answers on Mondays. > send the recap",
    "Business review with {exec} and {champ}. Goal {target} for {kpi} confirmed, now {now}. Happy room. > send the recap",
)

EMAILS: tuple[str, ...] = (
    "Sent the {thing1} template {user} asked for; answer within the hour: it fits.",
    "{champ} confirmed the date for {place} by mail and copied {exec}.",
    "Short mail exchange on licence counts: {n} active, rest on leave.",
    '{user} asked how to reopen closed {thing}. Answered with a two-minute clip, "clear, thanks".',
    "{champ} forwarded praise from {place}: fewer phone calls.",
    "Agreed by mail to move the check-in by a week, quarter end on their side.",
    "{tech} wrote about the new IP ranges. Answered, whitelisted, done.",
    "Mail from {champ}: who else has {system}? Named two, offered an intro.",
    "Answered {exec}'s question on data location in two lines; that was enough.",
    "{user} sent photos from {place}: the board next to the coffee machine.",
    "Asked for the {kpi} of last month, got it the same day: {now}.",
    "{champ} and I fixed the agenda for the review by mail.",
    "Exchange with {user} on permissions for the {crew}. Sorted.",
    "{champ} out for two weeks, {user} answers instead.",
    "Quick question about signatures on {thing}; legal on their side is fine with it.",
    "{tech} confirms the certificate was renewed. Nothing for us to do.",
)

ONE_WAY: tuple[str, ...] = (
    "Sent the release notes with two points marked for {champ}.",
    "Sent the invitation for the user group, no answer yet.",
    "Shared the guide on {thing2}.",
    "Sent the usage figures for the month before they ask.",
    "Congratulated {exec} on the new site, one line.",
    "Reminder about the open question on {system}.",
    "Sent three dates for the next review.",
    "Passed on a short film from another customer about {thing}.",
    "Told {user} about the maintenance window at the weekend.",
    "Sent the renewed security certificate before anybody had to ask.",
)

SLACK: tuple[str, ...] = (
    "{user} pinged: form for {thing} loads twice. Browser cache, solved in five messages.",
    "Channel: {tech} asks about maintenance window, gave the date, thumbs-up.",
    "{champ} shares a screenshot of {pct} % at {place}. Party parrot.",
    "{user} wants to know who can delete a {thing1}. Explained roles.",
    "Short back and forth with {champ} on who joins on Thursday.",
    "{tech} reports SSO hiccup at 07:50, gone at 08:05, their proxy.",
    "{user} sends a photo of a handwritten {thing1} and a sad face. Found a colleague who prints forms.",
    "Can a {thing1} be copied to another site? It can, {user} did it while I typed.",
    "{champ}: who was that person from our user group? Passed on the name with permission.",
    "{user} counts down to the thousandth of the {thing}. Confetti agreed.",
    "{tech} wants the status page link pinned. Pinned.",
    "Late message from {champ}: numbers for the board look right, good night.",
)

INTERNAL: tuple[str, ...] = (
    "Told Jonas: stable, next real topic is {thing2}.",
    "Tom asks about room for more seats. Not before {place} is live.",
    "Priya: support volume normal here.",
    "Prepared the review: figures pulled, one odd week explained by their holidays.",
    "Elena says {system} has a new version; check before their upgrade.",
    "Note to self: {champ} likes numbers first, slides never.",
    "Handed the wish for offline signatures to product, customer named.",
    "Looked at the last 90 days before the call: {kpi} fine, {place} lags.",
    "If {champ} ever leaves, {user} is the one to talk to. Wrote it on the map.",
    "Product asks for a design partner on {thing2}; these would be good, after their peak.",
    "Jonas wants to know what we learned here for others: start with one site, short forms, a local lead.",
    "Counted our hours on this account: less than planned, nobody missed any.",
    "Check before the next call whether {tech} got the export finished.",
    "Support and I compared lists: same three wishes on both.",
)

NO_ANSWER: tuple[str, ...] = (
    "Left a message for {champ}, no rush.",
    "Rang {user}, voicemail. Will try again after their stand-up.",
    "{champ} did not make it to the call, shift problem at {place}.",
    "Tried {champ} between two of their meetings, no luck. Wrote instead.",
    "{user}'s line busy twice. Nothing that cannot wait until the check-in.",
    "Left word with the front desk for {champ}.",
    "{user} did not make it to the call, audit next door. New date follows.",
    "Voicemail of {champ}: back on site tomorrow.",
)
