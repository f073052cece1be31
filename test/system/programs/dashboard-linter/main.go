// Runs the rules of grafana/dashboard-linter over dashboards, as its own program does, but for the mending: that needs
// a module which the checksum database does not have.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/grafana/dashboard-linter/lint"
)

func main() {
	settings := flag.String("config", ".lint", "the exclusions, with their reasons")
	flag.Parse()
	if err := run(*settings, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(settings string, files []string) error {
	config := lint.NewConfigurationFile()
	if err := config.Load(settings); err != nil {
		return fmt.Errorf("%s: %w", settings, err)
	}
	config.Verbose = true
	dashboards := make([]lint.Dashboard, 0, len(files))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		dashboard, err := lint.NewDashboard(text)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		dashboards = append(dashboards, dashboard)
	}
	rules := lint.NewRuleSet()
	results, err := rules.Lint(dashboards)
	if err != nil {
		return err
	}
	results.Configure(config)
	results.ReportByRule()
	if results.MaximumSeverity() >= lint.Warning {
		return fmt.Errorf("a rule is broken: see above")
	}
	return nil
}
