//! Everything that a key can do: one flat table that the keymap, the footer, the help, the palette, `tierdesk keys`
//! and the manual are made from.

use crate::domain::word::words;

words! {
    /// Where a key is pressed. The word is the section of the keymap file.
    pub enum Context {
        /// In every place, text fields too.
        Always = "always",
        /// In lists and records, outside text.
        Global = "global",
        Queue = "queue",
        Record = "record",
        Escalations = "escalations",
        /// The list of problems, and one of them.
        Problems = "problems",
        /// A form with fields.
        Dialog = "dialog",
        /// The filter bar.
        Filter = "filter",
        /// A list that narrows while one types.
        Picker = "picker",
        /// Any text field.
        Text = "text",
    }
}

impl Context {
    /// The sections that hold here, the strongest first.
    pub const fn layers(self) -> &'static [Self] {
        match self {
            Self::Always => &[Self::Always],
            Self::Global => &[Self::Global, Self::Always],
            Self::Queue => &[Self::Queue, Self::Global, Self::Always],
            Self::Record => &[Self::Record, Self::Global, Self::Always],
            Self::Escalations => &[Self::Escalations, Self::Global, Self::Always],
            Self::Problems => &[Self::Problems, Self::Global, Self::Always],
            Self::Dialog => &[Self::Dialog, Self::Text, Self::Always],
            Self::Filter => &[Self::Filter, Self::Text, Self::Always],
            Self::Picker => &[Self::Picker, Self::Text, Self::Always],
            Self::Text => &[Self::Text, Self::Always],
        }
    }

    /// Do keys that nothing is bound to become text here?
    pub const fn takes_text(self) -> bool {
        matches!(self, Self::Dialog | Self::Filter | Self::Picker | Self::Text)
    }
}

/// What pressing the key does to the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    Looks,
    /// Nothing yet: it opens something that writes when it is sent.
    Opens,
    /// It writes at once, and can be undone.
    Writes,
}

/// How a script does the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// `tierdesk` and this.
    Command(&'static str),
    /// There is no command, because of this.
    ScreenOnly(&'static str),
}

/// The keys of an action in one or more contexts.
pub type Keys = (&'static [Context], &'static [&'static str]);

/// One line of the table.
#[derive(Debug)]
pub struct Facts {
    /// The name in the keymap file.
    pub word: &'static str,
    /// The word beside the key in the footer.
    pub hint: &'static str,
    pub effect: Effect,
    pub way: Way,
    pub keys: &'static [Keys],
    /// One line of help.
    pub short: &'static str,
    /// The rest of the help.
    pub long: &'static str,
}

macro_rules! actions {
    ($($name:ident $word:literal $hint:literal $effect:ident $way:ident($how:literal)
        [$($($context:ident)|+: $($key:literal)*),*] $short:literal, $long:literal;)*) => {
        /// Something that a key can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $(#[doc = $short] $name,)* }

        impl Action {
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            pub const fn facts(self) -> &'static Facts {
                match self {
                    $(Self::$name => &Facts {
                        word: $word,
                        hint: $hint,
                        effect: Effect::$effect,
                        way: Way::$way($how),
                        keys: &[$((&[$(Context::$context),+], &[$($key),*])),*],
                        short: $short,
                        long: $long,
                    },)*
                }
            }
        }
    };
}

actions! {
    // Verbs: the same letter everywhere.
    TakeNext "take_next" "take-next" Writes Command("take next") [Queue | Record: "t"]
        "Take the next free ticket", "Picks the most urgent free ticket of this filter, takes it and opens it. If someone was faster the next one is taken.";
    Take "take" "claim" Writes Command("take") [Queue | Record | Problems: "c"]
        "Claim this ticket", "Makes you the owner of the ticket or of the marked ones; tickets that someone else owns are skipped and counted. A new problem is investigated from then on.";
    Assign "assign" "assign" Opens Command("assign") [Queue | Record | Problems: "A"]
        "Assign to someone", "Opens the list of people who can take it, the least busy first; a digit chooses.";
    Escalate "escalate" "escalate" Opens Command("escalate") [Queue | Record: "e"]
        "Escalate", "Hands the ticket to another tier with a note. The receiver must accept it; until then undo takes it back.";
    Reply "reply" "reply" Opens Command("reply") [Queue | Record | Escalations | Problems: "r"]
        "Reply", "Writes to the requester, from the inbox to the technician who escalated, from a problem to all who reported it. A digit inserts a suggested text; any letter starts your own.";
    Note "note" "note" Opens Command("note") [Queue | Record | Escalations | Problems: "a"]
        "Add an internal note", "Writes an entry of the worklog that only technicians see.";
    Resolve "resolve" "done" Opens Command("resolve") [Queue | Record | Problems: "d"]
        "Done: resolve", "Lists suggested resolution notes. Enter uses the first, a digit chooses another, Tab writes freely. A problem ends by its fix, or without one, and offers to resolve its incidents.";
    Hold "hold" "wait" Opens Command("hold") [Queue | Record | Problems: "w"]
        "Wait: put on hold", "Puts the ticket on hold with a reason and the time of a follow-up, such as 1h or tomorrow 9.";
    Resume "resume" "resume" Writes Command("resume") [Queue | Record | Problems: "i"]
        "In progress again", "Ends the wait of a ticket on hold, or starts work on one that you own.";
    Merge "merge" "merge" Opens Command("merge") [Queue | Record | Escalations | Problems: "m"]
        "Merge duplicates", "Merges the marked tickets into this one, or lists likely duplicates; Tab swaps which one stays. A problem ends as a duplicate of another.";
    Unlink "unlink" "take out" Opens Command("unlink") [Queue | Record | Problems: "x"]
        "Take out", "Lists the links of the ticket to others; the chosen one is taken off. In a problem, takes out the incident under the cursor or the marked ones.";
    Priority "priority" "priority" Opens Command("edit") [Queue | Record: "f p", Escalations: "f"]
        "Set the priority", "A digit sets the priority against the matrix, on this ticket or the marked ones; a reason is filled in.";
    Category "category" "category" Opens Command("edit") [Queue | Record: "f c"]
        "Set the category", "Opens the list of categories; typing narrows it.";
    Impact "impact" "impact" Opens Command("edit") [Queue | Record: "f i"]
        "Set the impact", "How many people are affected; the priority follows from impact and urgency.";
    Urgency "urgency" "urgency" Opens Command("edit") [Queue | Record: "f g"]
        "Set the urgency", "How soon it hurts; the priority follows from impact and urgency.";
    Contract "contract" "contract" Opens Command("edit") [Queue | Record: "f k"]
        "Set the contract", "Puts the ticket under another contract that is in force, or under none; a supervisor's.";
    Asset "asset" "asset" Opens Command("edit") [Queue | Record: "f a"]
        "Set the asset", "Names the machine that the ticket is about.";
    Tags "tags" "tags" Opens Command("tag") [Queue | Record: "f t"]
        "Set the tags", "Adds or removes tags: words of a-z, 0-9, _ and -.";
    Status "status" "status" Opens Command("start | hold | resume | resolve | close | reopen | release | cancel | waive") [Queue | Record: "f s"]
        "Change the status, waive a rule", "Lists the states that the ticket may move to from here, and what rules ask for that may be waived.";
    Major "major" "major" Opens Command("major") [Queue | Record: "f m"]
        "Major incident", "Proposes, declares or refuses a major incident, writes to all who are affected, stands it down with its children, reviews it: what fits as it stands.";
    EditText "edit_text" "editor" Opens Command("edit") [Record | Problems: "E"]
        "Edit the text outside", "Opens the description, or the cause of a problem, in the editor that VISUAL or EDITOR names.";
    History "history" "history" Looks Command("show") [Queue | Record | Escalations | Problems: "H"]
        "Full history", "Shows every event of the record with who, when and what changed.";
    Explain "explain" "clocks" Looks Command("sla explain") [Queue | Record | Escalations: "C"]
        "Clocks: why due then", "Tells for each clock what counted, who held it up and why, and what it would come to if something were done now.";

    // Problems.
    Promote "promote" "new problem" Opens Command("problem") [Queue | Record | Escalations | Problems: "P"]
        "Problem from these incidents", "Opens a problem with the ticket or the marked ones as its incidents, filled in from the first.";
    Bind "bind" "bind" Opens Command("problem | link") [Queue | Record | Escalations | Problems: "b"]
        "Bind to a problem", "Lists problems, the likeliest first; Enter links the ticket or the marked ones, and copies the workaround of a known error. In a problem, lists incidents to link.";
    StageNext "stage_next" "next stage" Opens Command("problem") [Problems: ">"]
        "Next stage", "Opens what the next stage of the problem needs: the cause, the fix, the verification, the closing note.";
    StageBack "stage_back" "stage back" Opens Command("problem") [Problems: "<"]
        "Back one stage", "Gives up a fix in progress, or takes up again what was resolved or closed; asks why.";
    Workaround "workaround" "workaround" Opens Command("problem") [Problems: "W"]
        "Publish the workaround", "Writes what restores service while the cause is there, who may do it and who tried it; another text is another revision.";
    AskVendor "ask_vendor" "ask vendor" Opens Command("problem") [Problems: "e"]
        "Ask the vendor", "Begins a task that asks a vendor for a statement or a fix.";
    Analyse "analyse" "fields" Opens Command("problem") [Problems: "f"]
        "Fields: cause, whys, weight, review", "Lists what can be set of a problem: its five whys, the cause and its class, weight, review day and tags.";

    // The escalation inbox.
    AcceptNext "accept_next" "next" Writes Command("accept") [Escalations: "t"]
        "Accept the next one", "Accepts the hand-off that has waited longest, and opens it. If someone was faster the next one is accepted.";
    Accept "accept" "accept" Writes Command("accept") [Escalations: "c"]
        "Accept", "Makes you the owner in the tier that it was handed to; a call for attention is acknowledged.";
    AcceptAssign "accept_assign" "accept+assign" Opens Command("accept") [Escalations: "A"]
        "Accept and assign", "Lists who can take it, the least busy first; a digit accepts and assigns.";
    FixOwner "fix_owner" "one owner" Opens Command("fix-owner") [Escalations: "O"]
        "Name one owner", "Ends the going back and forth of a ticket between tiers: a supervisor names the one person who has it from now on.";
    Return "return" "return" Opens Command("return") [Escalations: "x"]
        "Return with a reason", "Sends it back to the tier that it came from, with a reason from the list and a text.";
    HandBack "hand_back" "hand back" Opens Command("hand-back") [Queue | Record: "B"]
        "Hand back to the tier before", "Sends a ticket that came by an escalation back to the tier it came from, with a reason and a text.";
    Defer "defer" "defer" Opens Command("defer") [Escalations: "w"]
        "Defer", "Sets it aside until a time; meanwhile it stands under Deferred.";
    PassOn "pass_on" "pass on" Opens Command("escalate") [Escalations: "e"]
        "Pass further up", "Escalates it once more and keeps the chain of hand-offs.";

    // Moving about.
    Down "down" "down" Looks ScreenOnly("it only moves on the screen") [Global: "j" "down" "ctrl-n"]
        "Next row", "Moves the cursor down one row, or scrolls a record.";
    Up "up" "up" Looks ScreenOnly("it only moves on the screen") [Global: "k" "up" "ctrl-p"]
        "Previous row", "Moves the cursor up one row, or scrolls a record.";
    Open "open" "open" Looks Command("show") [Global: "enter" "l" "right"]
        "Open", "Opens what the cursor is on.";
    Out "out" "back" Looks ScreenOnly("it only moves on the screen") [Global: "esc" "h" "left"]
        "Back one layer", "Leaves the innermost layer: marks, then the filter, then the record. At the root it does nothing.";
    First "first" "first" Looks ScreenOnly("it only moves on the screen") [Global: "g g" "home"]
        "First row", "Moves the cursor to the first row.";
    Last "last" "last" Looks ScreenOnly("it only moves on the screen") [Global: "G" "end"]
        "Last row", "Moves the cursor to the last row.";
    HalfDown "half_down" "half down" Looks ScreenOnly("it only moves on the screen") [Global: "ctrl-d"]
        "Half a page down", "Moves the cursor down by half of what is visible.";
    HalfUp "half_up" "half up" Looks ScreenOnly("it only moves on the screen") [Global: "ctrl-u"]
        "Half a page up", "Moves the cursor up by half of what is visible.";
    PageDown "page_down" "page down" Looks ScreenOnly("it only moves on the screen") [Global: "pagedown"]
        "Page down", "Moves the cursor down by what is visible.";
    PageUp "page_up" "page up" Looks ScreenOnly("it only moves on the screen") [Global: "pageup"]
        "Page up", "Moves the cursor up by what is visible.";
    PreviewDown "preview_down" "scroll" Looks ScreenOnly("it only moves on the screen") [Global: "J" "shift-down" "ctrl-e"]
        "Scroll the preview down", "Scrolls the preview or the second pane while the cursor stays.";
    PreviewUp "preview_up" "scroll" Looks ScreenOnly("it only moves on the screen") [Global: "K" "shift-up" "ctrl-y"]
        "Scroll the preview up", "Scrolls the preview or the second pane while the cursor stays.";
    SiblingNext "sibling_next" "next" Looks ScreenOnly("it only moves on the screen") [Global: "]" "."]
        "Next tab or ticket", "In a list the next tab, in a record the next ticket of the list it came from.";
    SiblingPrevious "sibling_previous" "previous" Looks ScreenOnly("it only moves on the screen") [Global: "[" ","]
        "Previous tab or ticket", "In a list the previous tab, in a record the previous ticket of the list it came from.";
    PaneNext "pane_next" "pane" Looks ScreenOnly("it only moves on the screen") [Record | Problems: "tab"]
        "Next pane", "Moves between the timeline and the checklist, or in a problem between its timeline and the evidence of an incident.";
    PanePrevious "pane_previous" "pane" Looks ScreenOnly("it only moves on the screen") [Record | Problems: "shift-tab"]
        "Previous pane", "Moves between the timeline and the checklist the other way.";
    ViewQueue "view_queue" "queue" Looks Command("ls") [Global: "1" "g q"]
        "Go to the queue", "The tickets of a tier, most urgent first.";
    ViewEscalations "view_escalations" "escalations" Looks Command("escalations") [Global: "2" "g e"]
        "Go to escalations", "What was handed to this tier and waits to be accepted.";
    ViewProblems "view_problems" "problems" Looks Command("problem") [Global: "3" "g p"]
        "Go to problems", "The causes behind incidents, those under way first.";
    ViewCampaigns "view_campaigns" "proactive" Looks ScreenOnly("not in this version") [Global: "4" "g c"]
        "Go to the proactive board", "Not in this version.";
    ViewDashboard "view_dashboard" "reactive" Looks ScreenOnly("not in this version") [Global: "5" "g d"]
        "Go to the reactive dashboard", "Not in this version.";
    ViewAssets "view_assets" "assets" Looks ScreenOnly("not in this version") [Global: "6" "g a"]
        "Go to assets", "Not in this version.";
    ViewReports "view_reports" "reports" Looks ScreenOnly("not in this version") [Global: "7" "g r"]
        "Go to reports", "Not in this version.";
    ViewBack "view_back" "last view" Looks ScreenOnly("it only moves on the screen") [Global: "-"]
        "Previous view", "Returns to the view that was shown before this one.";
    News "news" "news" Looks Command("notices") [Global: "N"]
        "News of your work", "Lists what happened to your tickets and hand-offs since you last looked; Enter opens the record. Looking marks them read.";
    Handover "handover" "hand-over" Opens Command("handover") [Global: "g h"]
        "Hand the shift over", "Shows the hand-over of a colleague that waits, to take it over; else proposes your own, to edit and sign.";
    GoTo "go_to" "number" Looks Command("show") [Global: "g t" "#"]
        "Go to a record by number", "Asks for a number such as INC-42; case and leading zeros do not matter.";

    // What is shown, and marks.
    Filter "filter" "filter" Looks Command("ls") [Queue: "/" "f3"]
        "Filter", "Edits the filter of the list: words, field:value pairs and is:word flags; the list follows while you type.";
    FindText "find_text" "find" Looks ScreenOnly("it only moves on the screen") [Record: "/" "f3"]
        "Find in the text", "Finds words in the timeline; Enter goes on, Shift-Tab goes back.";
    Mark "mark" "mark" Looks ScreenOnly("the command line names its records") [Queue | Escalations | Problems: "space"]
        "Mark and step down", "Marks the row for the next verb. Verbs work on marks where there are any.";
    Tick "tick" "tick" Writes Command("answer") [Record: "space"]
        "Tick a checklist item", "In the side pane, ticks the item of the checklist that the cursor is on.";
    MarkRange "mark_range" "range" Looks ScreenOnly("the command line names its records") [Queue | Escalations | Problems: "v"]
        "Start or end a range of marks", "Marks every row between two presses.";
    MarkAll "mark_all" "mark-all" Looks ScreenOnly("the command line names its records") [Queue | Escalations | Problems: "*" "ctrl-a"]
        "Mark everything in the filter", "Marks the first 2000 tickets of the filter, shown or not; pressed again it unmarks them.";
    Sort "sort" "sort" Looks Command("ls") [Queue: "s"]
        "Sort", "Lists the orders of this list; the chosen one becomes a sort: of the filter.";
    Arrange "arrange" "entries" Looks ScreenOnly("it only changes the screen") [Record: "z"]
        "Which entries are shown", "Shows all entries of the timeline, or one kind of them: what the requester sees, notes, changes.";
    Views "views" "views" Opens Command("view") [Queue: "z"]
        "Views: save, order, share", "Saves what is shown as a view; moves, renames, shares or removes the saved view whose tab is shown.";
    Preview "preview" "preview" Looks ScreenOnly("it only changes the screen") [Queue | Escalations: "p"]
        "Preview on or off", "Shows or hides the pane with the ticket under the cursor.";
    Refresh "refresh" "refresh" Looks ScreenOnly("a command always reads what is stored") [Queue | Escalations | Problems: "R" "f5"]
        "Show new rows", "Shows rows that arrived meanwhile; the cursor stays on its ticket.";

    // Own work.
    New "new" "new" Opens Command("new inc") [Global: "n"]
        "New ticket: incident or request", "Logs a ticket from one line, subject @requester %asset, or from the full form with Tab.";
    Undo "undo" "undo" Writes Command("undo") [Global: "u"]
        "Undo my last change", "Takes the last change back by a new event. Refused, with the reason, when someone has built on it since.";
    Changes "changes" "history" Looks ScreenOnly("show --history names the commands of one record") [Global: "U"]
        "My changes", "Lists your own changes, the latest first; Enter takes one back.";
    Repeat "repeat" "repeat" Writes ScreenOnly("a script repeats its own commands") [Queue | Record | Escalations: ";"]
        "Repeat the last action", "Does the last verb again, on this row or the marked ones.";
    CopyId "copy_id" "copy" Looks Command("show") [Global: "y"]
        "Copy the number", "Puts the record's number on the clipboard of your terminal.";
    CopyText "copy_text" "copy block" Looks Command("show") [Global: "Y"]
        "Copy as text", "Puts a block of text about the record on the clipboard of your terminal.";
    Export "export" "export" Looks Command("export") [Queue: "X"]
        "Export what is shown", "Writes the rows of this filter to a file.";
    Palette "palette" "palette" Looks ScreenOnly("the command line is one already") [Global: ":" "f10"]
        "Palette", "Finds any action, and records, people, machines and views by number or name; a sign in front says which.";
    Help "help" "help" Looks Command("keys") [Global: "?" "f1", Dialog: "f1"]
        "Help for here", "Lists the keys that work here; typing narrows the list and Enter runs the entry.";
    Quit "quit" "quit" Looks ScreenOnly("a command ends by itself") [Global: "q"]
        "Up one layer, then quit", "Goes up one layer; at the root pressed twice it quits. Nothing is lost.";
    Suspend "suspend" "suspend" Looks ScreenOnly("the shell stops a command itself") [Global: "ctrl-z"]
        "Suspend", "Gives the terminal back to the shell; fg returns.";
    Repaint "repaint" "repaint" Looks ScreenOnly("it only changes the screen") [Always: "ctrl-l"]
        "Repaint", "Draws the whole screen again.";
    Cancel "cancel" "cancel" Looks ScreenOnly("a command is interrupted by its terminal") [Always: "ctrl-c"]
        "Cancel the dialog", "Closes the dialog; a draft is kept. In a list, pressed twice, it quits.";

    // Dialogs.
    FieldNext "field_next" "field" Looks ScreenOnly("it only moves on the screen") [Dialog: "tab"]
        "Next field", "Moves to the next field.";
    FieldPrevious "field_previous" "field" Looks ScreenOnly("it only moves on the screen") [Dialog: "shift-tab"]
        "Previous field", "Moves to the field before.";
    Enter "enter" "line/next" Opens ScreenOnly("a command has no fields to move between") [Dialog: "enter"]
        "New line, next field, or send", "A new line in a text area, the next field from a line or a choice; on [Send] it sends.";
    Toggle "toggle" "toggle" Looks ScreenOnly("a command takes options") [Dialog: "space"]
        "Tick a box", "Ticks or unticks the focused box; in a text it is a space.";
    Send "send" "send" Writes ScreenOnly("a command is sent by its Enter") [Dialog: "ctrl-s" "f2"]
        "Send", "Sends the form. What is missing is named and the form stays.";
    Close "close" "keep draft" Looks ScreenOnly("a command keeps no draft") [Dialog: "esc"]
        "Close, keep the draft", "Leaves the form; what was typed is kept and offered the next time.";
    Discard "discard" "discard" Looks ScreenOnly("a command keeps no draft") [Dialog: "ctrl-x"]
        "Discard the draft", "Closes the form and forgets what was typed.";
    OutsideEditor "outside_editor" "editor" Looks ScreenOnly("a command reads its text from standard input") [Dialog: "ctrl-o" "f4"]
        "Edit this text outside", "Opens the text in the editor that VISUAL or EDITOR names.";
    Canned "canned" "canned" Looks ScreenOnly("a command reads its text from standard input") [Dialog: "ctrl-t"]
        "Insert a canned text", "Finds a canned text by name and inserts it.";
    UseKnown "use_known" "known error" Looks ScreenOnly("`new inc --known-error` names the problem") [Dialog: "ctrl-b"]
        "Use the likeliest known error", "In a new ticket: the caller's fault is the known error shown, whose workaround goes into the worklog.";
    InsertField "insert_field" "insert" Looks ScreenOnly("a command reads its text from standard input") [Dialog: "ctrl-r"]
        "Insert a field of the ticket", "Inserts the number, the name or the asset.";

    // The filter bar.
    FilterComplete "filter_complete" "complete" Looks ScreenOnly("the shell completes commands") [Filter: "tab"]
        "Complete", "Completes a field, an operator or a value.";
    FilterOlder "filter_older" "older" Looks ScreenOnly("the shell keeps its own history") [Filter: "up"]
        "Older filter", "Brings back an earlier filter.";
    FilterNewer "filter_newer" "newer" Looks ScreenOnly("the shell keeps its own history") [Filter: "down"]
        "Newer filter", "Goes forward again in the earlier filters.";
    FilterKeep "filter_keep" "keep" Looks Command("ls") [Filter: "enter"]
        "Keep the filter", "Returns to the list with this filter.";
    FilterSave "filter_save" "save view" Opens Command("view save") [Filter: "ctrl-s" "f2"]
        "Save as a view", "Asks for a name and keeps the filter as a tab of its own, behind those that every queue has.";
    FilterRestore "filter_restore" "restore" Looks ScreenOnly("it only changes the screen") [Filter: "esc"]
        "Back to the filter before", "Returns to the list with the filter that was there before.";
    FilterGrammar "filter_grammar" "grammar" Looks Command("ls --help") [Filter: "f1"]
        "Filter grammar", "Shows fields, operators and flags with examples.";

    // Pickers.
    PickDown "pick_down" "down" Looks ScreenOnly("it only moves on the screen") [Picker: "down" "ctrl-n"]
        "Next entry", "Moves down in the list.";
    PickUp "pick_up" "up" Looks ScreenOnly("it only moves on the screen") [Picker: "up" "ctrl-p" "shift-tab"]
        "Previous entry", "Moves up in the list.";
    Pick "pick" "choose" Opens ScreenOnly("a command names what it wants") [Picker: "enter"]
        "Choose", "Takes the selected entry.";
    PickOther "pick_other" "other" Looks ScreenOnly("a command names what it wants") [Picker: "tab"]
        "The other way", "Switches what the list shows, or goes on to a form where the list belongs to one.";
    PickCopy "pick_copy" "copy" Looks ScreenOnly("it only copies what the screen shows") [Picker: "ctrl-y"]
        "Copy the entry", "Puts the selected entry on the clipboard of your terminal.";
    PickClose "pick_close" "close" Looks ScreenOnly("it only changes the screen") [Picker: "esc"]
        "Close the list", "Leaves the list without choosing.";

    // Inside a text.
    TextUndo "text_undo" "undo" Looks ScreenOnly("it works inside a text only") [Dialog | Filter: "ctrl-z"]
        "Undo in the text", "Takes back the last edit of this text.";
    TextRedo "text_redo" "redo" Looks ScreenOnly("it works inside a text only") [Dialog | Filter: "ctrl-y"]
        "Redo in the text", "Brings back what undo took.";
    LineStart "line_start" "start" Looks ScreenOnly("it works inside a text only") [Text: "ctrl-a" "home"]
        "Start of the line", "Moves to the start of the line.";
    LineEnd "line_end" "end" Looks ScreenOnly("it works inside a text only") [Text: "ctrl-e" "end"]
        "End of the line", "Moves to the end of the line.";
    WordBack "word_back" "word" Looks ScreenOnly("it works inside a text only") [Text: "alt-b" "ctrl-left"]
        "One word back", "Moves back by a word.";
    WordForward "word_forward" "word" Looks ScreenOnly("it works inside a text only") [Text: "alt-f" "ctrl-right"]
        "One word on", "Moves forward by a word.";
    CharBack "char_back" "left" Looks ScreenOnly("it works inside a text only") [Text: "left"]
        "One character back", "Moves back by a character.";
    CharForward "char_forward" "right" Looks ScreenOnly("it works inside a text only") [Text: "right"]
        "One character on", "Moves forward by a character.";
    LineUp "line_up" "up" Looks ScreenOnly("it works inside a text only") [Dialog: "up"]
        "One line up", "Moves up a line; in one line, to the field before.";
    LineDown "line_down" "down" Looks ScreenOnly("it works inside a text only") [Dialog: "down"]
        "One line down", "Moves down a line; in one line, to the next field.";
    TextPageUp "text_page_up" "page up" Looks ScreenOnly("it works inside a text only") [Dialog: "pageup"]
        "A page up in the text", "Scrolls a long text up.";
    TextPageDown "text_page_down" "page down" Looks ScreenOnly("it works inside a text only") [Dialog: "pagedown"]
        "A page down in the text", "Scrolls a long text down.";
    DeleteBack "delete_back" "delete" Looks ScreenOnly("it works inside a text only") [Text: "backspace"]
        "Delete backwards", "Deletes the character before the cursor.";
    DeleteForward "delete_forward" "delete" Looks ScreenOnly("it works inside a text only") [Text: "delete" "ctrl-d"]
        "Delete forwards", "Deletes the character under the cursor.";
    DeleteWord "delete_word" "delete word" Looks ScreenOnly("it works inside a text only") [Text: "ctrl-w" "alt-backspace"]
        "Delete a word backwards", "Deletes from the cursor to the start of the word.";
    DeleteToStart "delete_to_start" "delete line" Looks ScreenOnly("it works inside a text only") [Text: "ctrl-u"]
        "Delete to the start of the line", "Deletes everything before the cursor in this line.";
    DeleteToEnd "delete_to_end" "delete line" Looks ScreenOnly("it works inside a text only") [Text: "ctrl-k"]
        "Delete to the end of the line", "Deletes everything behind the cursor in this line.";
}

impl Action {
    pub const fn word(self) -> &'static str {
        self.facts().word
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.word() == word)
    }

    /// Is it listed in this section?
    pub fn belongs_to(self, context: Context) -> bool {
        self.facts().keys.iter().any(|(contexts, _)| contexts.contains(&context))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_action_is_told_in_full() {
        let mut words = HashSet::new();
        for action in Action::ALL {
            let facts = action.facts();
            assert!(words.insert(facts.word), "{} stands twice", facts.word);
            let plain = facts.word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            assert!(plain, "{} is no word for a keymap file", facts.word);
            assert_eq!(Action::from_word(facts.word), Some(*action));
            assert!((1..=13).contains(&facts.hint.len()), "{}: the hint is `{}`", facts.word, facts.hint);
            assert!((3..=40).contains(&facts.short.len()), "{}: `{}`", facts.word, facts.short);
            assert!(!facts.short.ends_with('.') && facts.long.ends_with('.'), "{}", facts.word);
            assert!(!facts.keys.is_empty() && facts.keys.iter().all(|(_, keys)| !keys.is_empty()), "{}", facts.word);
            let (Way::Command(way) | Way::ScreenOnly(way)) = facts.way;
            assert!(!way.is_empty(), "{} says neither a command nor why there is none", facts.word);
        }
    }
}
