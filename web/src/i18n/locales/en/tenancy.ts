export default {
  title: "Tenants & sites",
  search: "Search tenants",
  sites: "Sites",
  searchSites: "Search sites",
  column: { name: "Name", site: "Site", sites: "Sites", devices: "Devices", created: "Created", timeZone: "Time zone" },
  empty: { title: "No tenants yet", text: "A tenant is one customer organisation. Its devices and data are kept apart from all others." },
  emptySites: { title: "No sites yet", text: "A site is a place of this tenant. Devices belong to a site and take its time zone." },
  tenant: {
    new: "New tenant", create: "Create the tenant", rename: "Edit tenant", retention: "Keep the output of tasks for (days)", retentionText: "Older output is deleted. State, exit code and the audit trail stay.", agentUpdates: "Agents update by themselves", agentUpdatesText: "One device goes first; the others follow once it works. Otherwise somebody updates each agent by hand.", delete: "Delete tenant", notEmpty: "The tenant still has sites or devices",
    deleteTitle: "Delete {{name}}?", deleteText: "The tenant will be deleted. This cannot be undone.",
  },
  site: {
    new: "New site", create: "Create the site", edit: "Edit site", editOne: "Edit {{name}}", deleteOne: "Delete {{name}}", delete: "Delete site",
    notEmpty_one: "The site still has {{count}} device", notEmpty_other: "The site still has {{count}} devices",
    zoneHint: "Schedules of the site's devices follow this zone.",
    deleteTitle: "Delete {{name}}?", deleteText: "The site will be deleted. This cannot be undone.",
  },
} as const;
