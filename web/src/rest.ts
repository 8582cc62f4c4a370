// Behaviours of the base that question pages do without, so that those stay light.
import { NotificationBanner } from "govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs";
import { PasswordInput } from "govuk-frontend/dist/govuk/components/password-input/password-input.mjs";
import { Tabs } from "govuk-frontend/dist/govuk/components/tabs/tabs.mjs";

export const rest = [NotificationBanner, PasswordInput, Tabs];
