export const DEVICE_TABS = ["overview", "updates", "software", "hardware", "tasks"] as const;
export type DeviceTab = (typeof DEVICE_TABS)[number];
