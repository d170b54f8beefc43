import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { renderAt } from "@/test/render.tsx";
import { ConfirmDialog } from "./ConfirmDialog.tsx";

const hosts = (count: number): string[] => Array.from({ length: count }, (_, index) => `HOST-${String(index)}`);

async function open(count: number, typedAbove?: number, total?: number) {
  const onConfirm = vi.fn();
  const above = { ...(typedAbove === undefined ? {} : { typedAbove }), ...(total === undefined ? {} : { total }) };
  await renderAt(
    <ConfirmDialog
      opened
      title="Restart"
      confirmLabel="Go"
      hosts={hosts(count)}
      count={count}
      {...above}
      onConfirm={onConfirm}
      onClose={vi.fn()}
    />,
  );
  return { onConfirm, go: await screen.findByRole("button", { name: "Go" }) };
}

describe("ConfirmDialog", () => {
  it("names the hosts, and of many the first and how many more", async () => {
    await open(12);
    expect(screen.getByText("HOST-0")).toBeInTheDocument();
    expect(screen.queryByText("HOST-9")).not.toBeInTheDocument();
    expect(screen.getByText("and 4 more")).toBeInTheDocument();
  });

  it("is confirmed by one click up to twenty devices", async () => {
    const { onConfirm, go } = await open(20);
    await userEvent.click(go);
    expect(onConfirm).toHaveBeenCalledOnce();
  });

  it("wants the number typed for more than twenty", async () => {
    const { onConfirm, go } = await open(21);
    expect(go).toBeDisabled();
    const field = screen.getByLabelText(/type the number/);
    await userEvent.type(field, "20{Enter}");
    expect(onConfirm).not.toHaveBeenCalled();
    await userEvent.clear(field);
    await userEvent.type(field, "21");
    await userEvent.click(go);
    expect(onConfirm).toHaveBeenCalledExactlyOnceWith(21);
  });

  it("asks sooner where it is told to, and says what was typed", async () => {
    const { onConfirm, go } = await open(3, 2);
    expect(go).toBeDisabled();
    await userEvent.type(screen.getByLabelText(/type the number/), "3{Enter}");
    expect(onConfirm).toHaveBeenCalledExactlyOnceWith(3);
  });

  it("wants the number that the server counted, with what was started before", async () => {
    const { onConfirm, go } = await open(1, 0, 12);
    const field = screen.getByLabelText(/there are 12 devices/);
    await userEvent.type(field, "1");
    expect(go).toBeDisabled();
    await userEvent.type(field, "2{Enter}");
    expect(onConfirm).toHaveBeenCalledExactlyOnceWith(12);
  });

  it("says no number where none was asked for", async () => {
    const { onConfirm, go } = await open(2, 2);
    await userEvent.click(go);
    expect(onConfirm).toHaveBeenCalledExactlyOnceWith(undefined);
  });
});
