package bench

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// A plot has logarithmic axes, as befits figures that differ by powers of ten.
type plot struct {
	title, x, y string
	lines       []line
}

// A line is one contestant's points, in ascending order of x.
type line struct {
	name   string
	points []point
}

type point struct{ x, y float64 }

// The drawing's size and the frame's place in it, in pixels.
const (
	plotWidth, plotHeight                = 640, 400
	frameLeft, frameRight                = 80, 620
	frameTop, frameBottom                = 40, 340
	legendLeft, legendTop, legendSpacing = 96, 60, 18
)

// colors are told apart also by those who see few of them (Okabe and Ito).
var colors = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7"}

// A scale maps values onto pixels; it spans whole powers of ten.
type scale struct {
	first, last int // exponents
	from, to    float64
}

func newScale(values []float64, from, to float64) scale {
	s := scale{from: from, to: to}
	least, most := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		least, most = min(least, v), max(most, v)
	}
	s.first, s.last = int(math.Floor(math.Log10(least))), int(math.Ceil(math.Log10(most)))
	if s.first == s.last {
		s.last++
	}
	return s
}

func (s scale) at(value float64) float64 {
	return s.from + (math.Log10(value)-float64(s.first))/float64(s.last-s.first)*(s.to-s.from)
}

// drawable are the lines' points that a logarithm can take.
func (p plot) drawable() []line {
	var kept []line
	for _, l := range p.lines {
		shown := line{name: l.name}
		for _, at := range l.points {
			if at.x > 0 && at.y > 0 {
				shown.points = append(shown.points, at)
			}
		}
		if len(shown.points) > 0 {
			kept = append(kept, shown)
		}
	}
	return kept
}

// svg is the drawing; empty when there is nothing to draw.
func (p plot) svg() string {
	lines := p.drawable()
	if len(lines) == 0 {
		return ""
	}
	var xs, ys []float64
	for _, l := range lines {
		for _, at := range l.points {
			xs, ys = append(xs, at.x), append(ys, at.y)
		}
	}
	x, y := newScale(xs, frameLeft, frameRight), newScale(ys, frameBottom, frameTop)
	var out strings.Builder
	add := func(format string, arguments ...any) { fmt.Fprintf(&out, format+"\n", arguments...) }
	add(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`, plotWidth, plotHeight)
	add(`<rect width="%d" height="%d" fill="white"/>`, plotWidth, plotHeight)
	add(`<text x="%d" y="24" font-size="14">%s</text>`, frameLeft, html.EscapeString(p.title))
	for exponent := x.first; exponent <= x.last; exponent++ {
		at := x.at(math.Pow10(exponent))
		add(`<path d="M%.1f %d V%d" stroke="#ddd"/><text x="%.1f" y="%d" text-anchor="middle">%s</text>`, at, frameTop, frameBottom, at, frameBottom+18, powerOfTen(exponent))
	}
	for exponent := y.first; exponent <= y.last; exponent++ {
		at := y.at(math.Pow10(exponent))
		add(`<path d="M%d %.1f H%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`, frameLeft, at, frameRight, frameLeft-8, at+4, powerOfTen(exponent))
	}
	add(`<text x="%d" y="%d" text-anchor="middle">%s</text>`, (frameLeft+frameRight)/2, plotHeight-18, html.EscapeString(p.x))
	add(`<text transform="translate(20 %d) rotate(-90)" text-anchor="middle">%s</text>`, (frameTop+frameBottom)/2, html.EscapeString(p.y))
	for i, l := range lines {
		color := colors[i%len(colors)]
		var path strings.Builder
		for _, at := range l.points {
			fmt.Fprintf(&path, "%.1f,%.1f ", x.at(at.x), y.at(at.y))
			add(`<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"/>`, x.at(at.x), y.at(at.y), color)
		}
		add(`<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`, strings.TrimSpace(path.String()), color)
		add(`<rect x="%d" y="%d" width="12" height="3" fill="%s"/><text x="%d" y="%d">%s</text>`, legendLeft, legendTop+i*legendSpacing-5, color, legendLeft+18, legendTop+i*legendSpacing, html.EscapeString(l.name))
	}
	add(`</svg>`)
	return out.String()
}

// powerOfTen labels an axis.
func powerOfTen(exponent int) string {
	switch {
	case exponent >= 6:
		return fmt.Sprintf("%d M", int(math.Pow10(exponent-6)))
	case exponent >= 3:
		return fmt.Sprintf("%d,000", int(math.Pow10(exponent-3)))
	}
	return fmt.Sprintf("%.*f", max(0, -exponent), math.Pow10(exponent))
}
