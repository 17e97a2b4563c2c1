package main

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// A corpus makes up questions: whatever robfig/cron accepts in five fields, the
// likely and the odd. A seed always gives the same ones.
type corpus struct {
	random *rand.Rand
}

func newCorpus(seed uint64) corpus {
	return corpus{rand.New(rand.NewPCG(seed, 0))}
}

// A fieldShape is what the values of a field look like.
type fieldShape struct {
	least, most int
	names       []string // of least, least + 1, …
}

var shapes = [5]fieldShape{
	{least: 0, most: 59},
	{least: 0, most: 23},
	{least: 1, most: 31},
	{least: 1, most: 12, names: strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")},
	{least: 0, most: 6, names: strings.Fields("sun mon tue wed thu fri sat")},
}

// spaces is what may stand between fields, Unicode's white space among it.
var spaces = []string{"  ", "\t", " \t ", "\v", "\r\n", "\u0085", "\u00a0", "\u1680", "\u2003", "\u2028", "\u202f", "\u205f", "\u3000"}

var macros = strings.Fields("@yearly @annually @monthly @weekly @daily @midnight @hourly")

// corpusZones have changed their clocks in many ways, or never.
var corpusZones = strings.Fields(`Europe/Berlin America/New_York Asia/Kolkata Asia/Kathmandu Australia/Lord_Howe
	Africa/Casablanca America/Sao_Paulo Pacific/Chatham Pacific/Apia Asia/Tehran America/St_Johns Africa/Monrovia
	America/Asuncion Europe/Dublin Asia/Gaza Antarctica/Troll`)

// Questions begin within these; what follows stays within the years of both.
var (
	corpusBegin = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	corpusEnd   = time.Date(2160, 1, 1, 0, 0, 0, 0, time.UTC)
)

// questions asks about one expression: in UTC, and in some other zone.
func (c corpus) questions(count int) []question {
	expression := c.expression()
	ask := func(zone string) question {
		seconds := c.random.Int64N(corpusEnd.Unix() - corpusBegin.Unix())
		return question{expression, zone, corpusBegin.Add(time.Duration(seconds) * time.Second), count}
	}
	return []question{ask("UTC"), ask(pick(c, corpusZones))}
}

// expression makes up texts until robfig/cron accepts one.
func (c corpus) expression() string {
	for {
		text := c.attempt()
		if _, err := cron.ParseStandard(inZone(text, "UTC")); err == nil {
			return text
		}
	}
}

func (c corpus) attempt() string {
	if c.oneIn(200) {
		return pick(c, macros)
	}
	fields := make([]string, len(shapes))
	for i, shape := range shapes {
		fields[i] = c.field(shape)
	}
	if c.oneIn(30) {
		at := c.random.IntN(len(fields))
		fields[at] = c.odd(fields[at], shapes[at])
	}
	if c.oneIn(10) {
		fields[2] = strconv.Itoa(c.between(28, 31)) // where months and leap years differ
	}
	if c.oneIn(100) {
		fields[2], fields[3], fields[4] = "29", "2", "*" // which robfig/cron does not always find
	}
	if c.oneIn(50) {
		space := pick(c, spaces)
		return pick(c, []string{"", space}) + strings.Join(fields, space) + pick(c, []string{"", space})
	}
	return strings.Join(fields, " ")
}

// field is a list, most often of one part, or a mere star.
func (c corpus) field(shape fieldShape) string {
	if c.oneIn(4) {
		return pick(c, []string{"*", "*", "*", "?"})
	}
	parts := make([]string, 1)
	if c.oneIn(3) {
		parts = make([]string, c.between(2, 4))
	}
	for i := range parts {
		parts[i] = c.part(shape)
	}
	return strings.Join(parts, ",")
}

func (c corpus) part(shape fieldShape) string {
	size := shape.most - shape.least + 1
	first := c.between(shape.least, shape.most)
	last := c.between(first, shape.most)
	step := "/" + strconv.Itoa(c.between(1, size))
	switch c.random.IntN(8) {
	case 0:
		return "*" + step
	case 1:
		return c.value(first, shape) + step
	case 2:
		return c.value(first, shape) + "-" + c.value(last, shape) + step
	case 3, 4:
		return c.value(first, shape) + "-" + c.value(last, shape)
	case 5:
		if c.oneIn(4) {
			return pick(c, []string{"*", "?", "*/1", "?/2"})
		}
	}
	return c.value(first, shape)
}

// value spells a number: as such, with zeros before it, or by its name in any
// case.
func (c corpus) value(number int, shape fieldShape) string {
	switch {
	case shape.names != nil && c.oneIn(2):
		name := shape.names[number-shape.least]
		return pick(c, []string{name, strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:]})
	case c.oneIn(20):
		return strings.Repeat("0", c.between(1, 12)) + strconv.Itoa(number)
	}
	return strconv.Itoa(number)
}

// odd is a field as robfig/cron accepts it by accident.
func (c corpus) odd(field string, shape fieldShape) string {
	value := c.between(shape.least, shape.most)
	return pick(c, []string{
		field + ",", "," + field, field + ",," + field, ",",
		"+" + strconv.Itoa(value), "*/+2", "0-+5",
		"*-" + strconv.Itoa(value), "?-5/2", "*-x",
		strings.Repeat(field+",", 100) + field,
		"frİ",
		"*/" + strconv.Itoa(c.between(shape.most, 200)),
		strconv.Itoa(value) + "/" + strconv.Itoa(c.between(shape.most, 1000)),
	})
}

func (c corpus) between(least, most int) int { return least + c.random.IntN(most-least+1) }

func (c corpus) oneIn(n int) bool { return c.random.IntN(n) == 0 }

func pick(c corpus, texts []string) string { return texts[c.random.IntN(len(texts))] }
