package main

import (
	"context"
	"strings"
	"testing"
)

func TestAnswersComeInTheOrderOfTheQuestions(t *testing.T) {
	program := []string{"sh", "-c", `while read -r line; do echo "{\"error\": \"${#line}\"}"; done`}
	questions := []question{{Cron: "a"}, {Cron: "a long one"}}
	answers, err := ask(context.Background(), program, questions)
	if err != nil {
		t.Fatal(err)
	}
	if len(answers) != 2 || answers[0].Error >= answers[1].Error {
		t.Errorf("got %v", answers)
	}
}

func TestAProgramThatDoesNotAnswerEverythingIsAnError(t *testing.T) {
	for script, complaint := range map[string]string{
		`read -r line; echo '{"next": []}'`:             "answer 2 of 2",
		`cat >/dev/null; echo '{"soon": []}'`:           "unknown field",
		`cat; cat >/dev/null`:                           "unknown field",
		`cat >/dev/null; echo '{} {} {}'`:               "more than it was asked",
		`cat >/dev/null; echo '{} {}'; exit 3`:          "exit status 3",
		`cat >/dev/null; echo '{"next": ["tomorrow"]}'`: "answer 1 of 2",
	} {
		_, err := ask(context.Background(), []string{"sh", "-c", script}, make([]question, 2))
		if err == nil || !strings.Contains(err.Error(), complaint) {
			t.Errorf("%s: got %v, want one about %q", script, err, complaint)
		}
	}
}
