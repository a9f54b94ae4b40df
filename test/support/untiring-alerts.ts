import { Alerts, type AlertCause, type AlertRule } from '../../src/monitoring/alerts/alerts.js';

/** Tells of the same as often as it is seen. */
export class UntiringAlerts extends Alerts {
  private times = 0;

  override async raise(rule: AlertRule, cause: AlertCause): Promise<void> {
    await super.raise(rule, { ...cause, about: `${cause.about} (${(this.times += 1)})` });
  }
}
