//! Who spent the time: the stays of a record in its tiers, as bars.

use crate::app::Desk;
use crate::app::query::sla::stay::Stay;
use crate::domain::clock::kept::Clocks;
use crate::domain::event::Event;
use crate::domain::time::Secs;
use crate::ui::part::text::{fit, pad, width};
use crate::ui::theme::Theme;

/// The longest bar.
const BAR: usize = 16;
/// The shortest bar that still says something.
const BAR_MIN: usize = 4;
/// Stays that have a line each; a longer past is in the clocks of the record.
const STAYS: usize = 4;

/// The last stays of a record in its tiers.
#[derive(Debug, Clone, Default)]
pub struct Stays(Vec<Stay>);

impl Stays {
    pub fn read(desk: &Desk, clocks: &Clocks, events: &[Event]) -> Self {
        let mut stays = desk.stays(clocks, events);
        stays.drain(..stays.len().saturating_sub(STAYS));
        Self(stays)
    }

    /// `tier 1: used 40m of 2h`.
    pub fn sentences(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|stay| {
            let said = stay.sentence();
            let said = said.strip_suffix(" X").map_or_else(|| said.clone(), |said| format!("{said}, over it"));
            format!("tier {}: {said}", stay.tier)
        })
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A line for each stay in a tier: a bar of the time used and the time spent waiting, all to one scale.
    pub fn bars(&self, cells: usize, theme: &Theme) -> Vec<String> {
        let longest = self.0.iter().map(|stay| width(&stay.sentence())).max().unwrap_or(0);
        let bar = cells.saturating_sub(longest + 5).min(BAR);
        let lines = self.0.iter().map(|stay| {
            let bar = if bar < BAR_MIN { String::new() } else { format!("{} ", pad(&self.bar(stay, bar, theme), bar)) };
            format!("{}  {bar}{}", stay.tier, stay.sentence())
        });
        lines.collect()
    }

    /// All stays in one line; where that has no room, the last ones.
    pub fn bar_line(&self, cells: usize, theme: &Theme) -> String {
        let parts: Vec<(String, &Stay)> =
            self.0.iter().map(|stay| (format!("Tier {} {}", stay.tier, stay.sentence()), stay)).collect();
        for first in 0..parts.len() {
            let parts = &parts[first..];
            let texts: usize = parts.iter().map(|(text, _)| width(text) + 1).sum::<usize>() + 3 * (parts.len() - 1);
            let bar = cells.saturating_sub(texts) / parts.len();
            if bar >= BAR_MIN || first + 1 == self.0.len() {
                let bar = bar.min(BAR);
                let with_bar = |(text, stay): &(String, &Stay)| {
                    let drawn = self.bar(stay, bar, theme);
                    if bar < BAR_MIN { text.clone() } else { format!("{text} {drawn}") }
                };
                let line = parts.iter().map(with_bar).collect::<Vec<_>>().join(" | ");
                return fit(&line, cells).to_owned();
            }
        }
        String::new()
    }

    /// What was used, then what was waited, then what is left of the target. The longest stay fills all cells; what is
    /// not nothing has a cell.
    fn bar(&self, stay: &Stay, cells: usize, theme: &Theme) -> String {
        let length = |stay: &Stay| stay.used.max(stay.target).0 + stay.waited.0;
        let all = self.0.iter().map(length).max().unwrap_or(0).max(1);
        let share = |length: Secs| match length.0 {
            ..=0 => 0,
            some => ((some * cells as i64 + all / 2) / all).max(1) as usize,
        };
        let used = share(stay.used).min(cells);
        let waited = share(stay.waited).min(cells - used);
        let left = share(Secs(stay.target.0 - stay.used.0)).min(cells - used - waited);
        let glyphs = &theme.glyphs;
        [(glyphs.bar, used), (glyphs.bar_wait, waited), (glyphs.bar_rest, left)]
            .map(|(glyph, cells)| glyph.repeat(cells))
            .concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::Tier;
    use crate::ui::theme::{GlyphSet, Palette};

    fn stay(tier: Tier, [used, waited, target]: [i64; 3]) -> Stay {
        let [used, waited, target] = [used, waited, target].map(Secs::minutes);
        Stay { tier, used, waited, target, live: true, missed: used > target }
    }

    #[test]
    fn a_bar_tells_work_waiting_and_what_is_left_to_one_scale() {
        let theme = Theme::new(Palette::Mono, GlyphSet::Ascii);
        let stays = Stays(vec![stay(Tier::One, [40, 10, 120]), stay(Tier::Two, [300, 0, 240])]);
        assert_eq!(
            stays.bars(50, &theme),
            ["1  ##-....          used 40m of 2h, waiting 10m", "2  ################ used 5h of 4h X"]
        );
        assert_eq!(
            stays.bar_line(80, &theme),
            "Tier 1 used 40m of 2h, waiting 10m #-.. | Tier 2 used 5h of 4h X #########"
        );
        assert_eq!(stays.bar_line(30, &theme), "Tier 2 used 5h of 4h X #######");
        assert_eq!(stays.bar_line(10, &theme), "Tier 2 use");
    }
}
