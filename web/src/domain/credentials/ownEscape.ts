/** Escape closes this dialog alone: whatever was typed into the one below stays. */
export const OWN_ESCAPE = { "data-mantine-stop-propagation": true };
