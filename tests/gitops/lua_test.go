package gitops

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
	luajson "layeh.com/gopher-json"
)

// runLua runs a script on an object as Argo CD does, with the libraries that it
// gives to scripts of users and no other, and decodes what the script returns.
func runLua[T any](t *testing.T, script string, subject object) T {
	t.Helper()
	l := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer l.Close()
	for name, open := range map[string]lua.LGFunction{
		lua.LoadLibName: lua.OpenPackage, lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable,
	} {
		l.Push(l.NewFunction(open))
		l.Push(lua.LString(name))
		l.Call(1, 0)
	}
	l.PreloadModule(lua.OsLibName, loadSafeOS)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	l.SetContext(ctx)
	l.SetGlobal("obj", toLua(l, map[string]any(subject)))
	if err := l.DoString(script); err != nil {
		t.Fatal(err)
	}
	text, err := luajson.Encode(l.Get(-1))
	if err != nil {
		t.Fatal(err)
	}
	var returned T
	if err := json.Unmarshal(text, &returned); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return returned
}

// loadSafeOS is the module os without all that could do harm.
func loadSafeOS(l *lua.LState) int {
	whole := lua.NewState()
	defer whole.Close()
	safe := l.NewTable()
	for _, name := range []string{"time", "date"} {
		function := whole.GetField(whole.GetGlobal(lua.OsLibName), name).(*lua.LFunction)
		safe.RawSetString(name, l.NewFunction(function.GFunction))
	}
	l.Push(safe)
	return 1
}

// toLua makes a value of Lua: an empty map and an empty list are the same there,
// and null is nothing.
func toLua(l *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case bool:
		return lua.LBool(value)
	case float64:
		return lua.LNumber(value)
	case string:
		return lua.LString(value)
	case []any:
		table := l.NewTable()
		for _, each := range value {
			table.Append(toLua(l, each))
		}
		return table
	case map[string]any:
		table := l.NewTable()
		for name, member := range value {
			table.RawSetString(name, toLua(l, member))
		}
		return table
	default:
		return lua.LNil
	}
}

func TestScriptsHaveNoMoreLibrariesThanInArgoCD(t *testing.T) {
	const script = `return {
		string = string ~= nil, math = math ~= nil, io = io ~= nil, os = os ~= nil, debug = debug ~= nil,
		exit = require("os").exit ~= nil,
	}`
	for name, there := range runLua[map[string]bool](t, script, object{}) {
		if there {
			t.Errorf("%s is there", name)
		}
	}
}
