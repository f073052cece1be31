# What pint asks of alerts/*.yaml beside its own checks, of which none is switched off.
rule {
  match {
    kind = "alerting"
  }

  label "severity" {
    severity = "bug"
    value    = "critical|warning|info"
    required = true
  }

  annotation "summary" {
    severity = "bug"
    # What changes from series to series makes a new notification of the same alert.
    value    = "[^{}]+"
    required = true
  }

  annotation "description" {
    severity = "bug"
    required = true
  }

  annotation "runbook_url" {
    severity = "bug"
    value    = "https://.+/docs/runbooks/[a-z0-9-]+\\.md"
    required = true
  }

  annotation "dashboard_url" {
    severity = "bug"
    required = true
  }
}
