import { useQuery } from "@tanstack/react-query";
import { useCan } from "@/domain/permissions.ts";
import { anyApprovalQuery } from "@/domain/safety.ts";
import { SECTIONS, type Section } from "../navigation.ts";

/** The places that the reader may open; approvals only where somebody has ever needed a second person. */
export function useSections(): Section[] {
  const can = useCan();
  const mayApprove = can("approval:read");
  const { data } = useQuery({ ...anyApprovalQuery(), enabled: mayApprove });
  return SECTIONS.filter(
    ({ key, permissions }) =>
      (permissions.length === 0 || permissions.some((one) => can(one))) &&
      (key !== "approvals" || (data?.total ?? 0) > 0),
  );
}
