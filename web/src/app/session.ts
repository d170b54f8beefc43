import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";

/** Ends the session on the server and leaves for the sign-in page, whatever the server answers. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/session")),
    onSettled: () => {
      client.clear();
      // A full load leaves nothing of one person's data in memory for the next.
      window.location.assign("/sign-in");
    },
  });
}
