// Checks the register histories that `bench/run.ts --write` leaves, with Porcupine, for comparison:
//
//	go run . FOLDER...
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"syscall"
	"time"

	"github.com/anishathalye/porcupine"
)

type event struct {
	Process int             `json:"process"`
	Type    string          `json:"type"`
	F       string          `json:"f"`
	Value   json.RawMessage `json:"value"`
}

type input struct {
	f        string
	from, to int
}

type output struct {
	value   int
	unknown bool
}

const null = -1

var register = porcupine.Model{
	Init: func() interface{} { return null },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		s, i, o := state.(int), in.(input), out.(output)
		switch i.f {
		case "read":
			return o.unknown || o.value == s, s
		case "write":
			return true, i.to
		default:
			if i.from == s {
				return true, i.to
			}
			return o.unknown, s
		}
	},
	Equal: func(a, b interface{}) bool { return reflect.DeepEqual(a, b) },
}

func number(raw json.RawMessage) int {
	value := null
	if string(raw) != "null" {
		json.Unmarshal(raw, &value)
	}
	return value
}

func read(path string) []porcupine.Event {
	file, err := os.Open(path)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	var lines []event
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		var line event
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			panic(err)
		}
		lines = append(lines, line)
	}

	// A refused operation surely did not happen: it is left out, invocation and all.
	refused := map[int]bool{}
	open := map[int]int{}
	for at, line := range lines {
		if line.Type == "invoke" {
			open[line.Process] = at
		} else if line.Type == "fail" {
			refused[at], refused[open[line.Process]] = true, true
		}
	}

	var events []porcupine.Event
	running := map[int]int{}
	id := 0
	for at, line := range lines {
		if refused[at] {
			continue
		}
		switch line.Type {
		case "invoke":
			in := input{f: line.F}
			if line.F == "write" {
				in.to = number(line.Value)
			} else if line.F == "cas" {
				var pair [2]int
				json.Unmarshal(line.Value, &pair)
				in.from, in.to = pair[0], pair[1]
			}
			running[line.Process] = id
			events = append(events, porcupine.Event{ClientId: line.Process, Kind: porcupine.CallEvent, Value: in, Id: id})
			id++
		case "ok":
			events = append(events, porcupine.Event{ClientId: line.Process, Kind: porcupine.ReturnEvent, Value: output{value: number(line.Value)}, Id: running[line.Process]})
			delete(running, line.Process)
		}
	}
	for process, open := range running {
		events = append(events, porcupine.Event{ClientId: process, Kind: porcupine.ReturnEvent, Value: output{unknown: true}, Id: open})
	}
	return events
}

func cpu() time.Duration {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func main() {
	for _, folder := range os.Args[1:] {
		paths, _ := filepath.Glob(filepath.Join(folder, "*.jsonl"))
		for _, path := range paths {
			events := read(path)
			begin := cpu()
			verdict := porcupine.CheckEventsTimeout(register, events, 20*time.Second)
			var usage syscall.Rusage
			syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
			fmt.Printf("%s | %d ms | %s | %d MB at most so far\n", filepath.Base(path), (cpu() - begin).Milliseconds(), verdict, usage.Maxrss/1000)
		}
	}
}
