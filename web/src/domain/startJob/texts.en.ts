export default {
  started: "{{kind}} started on {{host}}",
  openTask: "Open the task",
  openJob: "Open the job",
} as const;
