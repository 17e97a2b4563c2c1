package faults

import (
	"strings"
	"testing"
	"time"
)

// draws lists what many draws among all kinds give.
func draws(dice *Dice, n int) []Kind {
	var drawn []Kind
	for range n {
		if kind, struck := dice.Draw(Kinds()...); struck {
			drawn = append(drawn, kind)
		}
	}
	return drawn
}

func TestEveryKindHasANameAndAPlace(t *testing.T) {
	placed := map[Kind]int{}
	for _, list := range [][]Kind{OnConnect, OnRequest, OnWrite, OnWatch, OnEvent} {
		for _, kind := range list {
			placed[kind]++
		}
	}
	for _, kind := range Kinds() {
		if kind.String() == "" || placed[kind] != 1 {
			t.Errorf("kind %d (%q) can strike at %d places", int(kind), kind, placed[kind])
		}
	}
}

func TestChancesOfOneDrawAddUpToLessThanOne(t *testing.T) {
	for _, name := range MixNames() {
		mix, err := Named(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, list := range [][]Kind{OnConnect, append(append(append([]Kind{}, OnRequest...), OnWrite...), OnWatch...), OnEvent} {
			var sum float64
			for _, kind := range list {
				sum += mix.Chances[kind]
			}
			if sum > 0.5 {
				t.Errorf("mix %s: chances of %v add up to %v", name, list, sum)
			}
		}
	}
}

func TestTheSameSeedGivesTheSameFaults(t *testing.T) {
	mix, _ := Named("wild")
	first, second, other := draws(NewDice(mix, 7), 1000), draws(NewDice(mix, 7), 1000), draws(NewDice(mix, 8), 1000)
	equal := func(a, b []Kind) bool {
		if len(a) != len(b) {
			return false
		}
		for i := range a {
			if a[i] != b[i] {
				return false
			}
		}
		return true
	}
	if !equal(first, second) || equal(first, other) {
		t.Error("faults do not follow from the seed")
	}
}

func TestKindsStrikeAsOftenAsTheMixSays(t *testing.T) {
	dice := NewDice(Mix{Chances: map[Kind]float64{Delay: 0.1, CutEvent: 0.02}}, 1)
	seen := map[Kind]int{}
	for _, kind := range draws(dice, 100_000) {
		seen[kind]++
	}
	if len(seen) != 2 || seen[Delay] < 9_000 || seen[Delay] > 11_000 || seen[CutEvent] < 1_600 || seen[CutEvent] > 2_400 {
		t.Errorf("drawn: %v", seen)
	}
	dice.Use(Mix{})
	if drawn := draws(dice, 1000); len(drawn) != 0 {
		t.Errorf("faults without a mix: %v", drawn)
	}
}

func TestBytesReachFromTheFirstToTheLast(t *testing.T) {
	dice := NewDice(Mix{}, 1)
	lowest, highest := 1000, 0
	for range 10_000 {
		n := dice.Bytes(1000)
		lowest, highest = min(lowest, n), max(highest, n)
	}
	if lowest != 0 || highest < 900 || highest >= 1000 {
		t.Errorf("from %d to %d", lowest, highest)
	}
	if dice.Bytes(0) != 0 || dice.Bytes(1) != 0 {
		t.Error("bytes of nothing")
	}
	if d := dice.Duration(time.Second); d < 0 || d > time.Second {
		t.Errorf("duration %v", d)
	}
}

func TestOnlyWhatHappenedIsCounted(t *testing.T) {
	mix, _ := Named("wild")
	dice := NewDice(mix, 1)
	draws(dice, 100)
	dice.Happened(GoneEvent)
	dice.Happened(GoneEvent)
	for kind, count := range dice.Counts() {
		if wanted := map[Kind]int64{GoneEvent: 2}[kind]; count != wanted {
			t.Errorf("%v: %d, want %d", kind, count, wanted)
		}
	}
}

func TestAnUnknownMixIsRefusedWithTheKnownOnes(t *testing.T) {
	if _, err := Named("gentle"); err == nil || !strings.Contains(err.Error(), "mild, none, wild") {
		t.Errorf("error %v", err)
	}
}

func TestATableHasWhatHappenedAndTheSum(t *testing.T) {
	table := Table(map[Kind]int64{Delay: 3, GoneEvent: 4, Silence: 0})
	for _, wanted := range []string{"request delayed", "410 as an event", "faults                                  7"} {
		if !strings.Contains(table, wanted) {
			t.Errorf("%q is not in\n%s", wanted, table)
		}
	}
	if strings.Contains(table, "never answered") {
		t.Errorf("a kind that has not happened is in\n%s", table)
	}
}
