import { text } from "@/i18n/text.ts";

export default {
  title: "Approvals",
  one: "Approval request",
  column: {
    what: "Operation",
    devices: "Devices",
    tenant: "Customer",
    state: "State",
    by: "Requested by",
    requested: "Requested",
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
    title: "No approval requests",
    text: text(
      "Operations beyond a customer's hourly limit appear here when the customer requires approval.",
      "Set that in Settings, under Limits and stop.",
    ),
  },
  openJob: "Open the job",
  why: "Beyond the hourly limit: {{used}} used or planned already, {{asked}} more requested, {{max}} allowed.",
  notBefore: "Not before",
  usedNow: "Used this hour",
  usedOf: "{{used}} of {{max}}",
  comment: "Comment",
  ownRequest: "This is your own request. Somebody else has to decide.",
  approve: "Approve",
  reject: "Reject",
  done: {
    approve: "Approved. The operation continues.",
    reject: "Rejected. The tasks were cancelled.",
  },
} as const;
