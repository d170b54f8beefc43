import { text } from "@/i18n/text.ts";

export default {
  title: "Approvals",
  one: "Request for a second person",
  column: {
    what: "Work",
    devices: "Devices",
    tenant: "Tenant",
    state: "State",
    by: "Asked by",
    requested: "Asked",
    expires: "Expires",
    decided: "Decided by",
  },
  state: {
    pending: "Waiting",
    approved: "Approved",
    rejected: "Rejected",
    withdrawn: "Withdrawn",
    expired: "Expired",
  },
  empty: {
    title: "Nothing waits for a second person",
    text: text(
      "Work beyond a tenant's hourly budget appears here when the tenant wants a second person. Set that under Safety.",
    ),
  },
  openJob: "Open the job",
  why: "Beyond the hourly budget: {{used}} used or planned already, {{asked}} more asked for, {{max}} allowed.",
  notBefore: "Not before",
  usedNow: "Used this hour",
  usedOf: "{{used}} of {{max}}",
  comment: "Comment",
  ownRequest: "You asked for this yourself. Somebody else has to decide.",
  approve: "Approve",
  reject: "Reject",
  done: {
    approve: "Approved. The work goes on.",
    reject: "Rejected. The tasks are cancelled.",
  },
} as const;
