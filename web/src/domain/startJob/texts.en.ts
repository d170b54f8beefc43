export default {
  started: "{{kind}} requested: {{host}}.",
  openTask: "Open the task",
  openJob: "Open the job",
} as const;
