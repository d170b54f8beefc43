import type { UseQueryResult } from "@tanstack/react-query";
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { toApiError } from "@/api/errors.ts";
import type { ListShape } from "@/api/list.ts";
import type { Page } from "@/api/page.ts";
import { renderAt } from "@/test/render.tsx";
import { DataGrid, useListState, type BulkActions, type Column, type Selection } from "./index.ts";

interface Row {
  id: string;
  name: string;
}

const definition: ListShape<"name" | "seen", "os"> = {
  sorts: ["name", "seen"],
  sort: "name",
  order: "asc",
  isSearchable: true,
  filters: { os: ["linux", "windows"] },
};
const columns: Column<Row>[] = [
  { id: "name", header: "Name", cell: (row) => row.name, sort: "name", fixed: true },
  { id: "seen", header: "Seen", cell: () => "now", sort: "seen" },
];
const rows: Row[] = [
  { id: "1", name: "WAR-SRV-001" },
  { id: "2", name: "<img src=x onerror=alert(1)>" },
];

/** Only what the grid reads of a query. */
function result(patch: Partial<UseQueryResult<Page<Row>>>): UseQueryResult<Page<Row>> {
  return {
    isPending: false,
    isError: false,
    isFetching: false,
    refetch: vi.fn(),
    ...patch,
  } as unknown as UseQueryResult<Page<Row>>;
}

function page(items: Row[], total = items.length): UseQueryResult<Page<Row>> {
  const next_cursor = total > items.length ? "next" : null;
  return result({ data: { items, total, total_capped: false, next_cursor, prev_cursor: null } });
}

function Grid({
  query,
  bulk,
}: {
  query: UseQueryResult<Page<Row>>;
  bulk?: (selection: Selection<Row>) => BulkActions;
}) {
  const list = useListState(definition);
  return (
    <DataGrid
      id="test"
      label="Machines"
      columns={columns}
      page={query}
      list={list}
      filters={[{ key: "os", label: "System", options: [{ value: "linux", label: "Linux" }] }]}
      searchLabel="Find"
      rowId={(row) => row.id}
      rowName={(row) => row.name}
      empty={{ title: "None yet", text: "Add one." }}
      {...(bulk ? { bulk } : {})}
    />
  );
}

describe("rows", () => {
  it("shows a hostile name as text", async () => {
    await renderAt(<Grid query={page(rows)} />);
    expect(screen.getByText("<img src=x onerror=alert(1)>")).toBeInTheDocument();
    expect(document.querySelector("td img")).toBeNull();
  });

  it("says by which column they are sorted, and turns the order on a click", async () => {
    const { router } = await renderAt(<Grid query={page(rows)} />);
    const header = screen.getByRole("columnheader", { name: "Name" });
    expect(header).toHaveAttribute("aria-sort", "ascending");
    await userEvent.click(within(header).getByRole("button", { name: "Name" }));
    await waitFor(() => {
      expect(router.state.location.search).toMatchObject({ sort: "name", order: "desc" });
    });
  });

  it("goes to the next page and knows where it is", async () => {
    const { router } = await renderAt(<Grid query={page(rows, 137)} />);
    expect(screen.getByText("1–2 of 137")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Next page" }));
    await waitFor(() => {
      expect(router.state.location.search).toMatchObject({ cursor: "next", from: 3 });
    });
  });
});

describe("states", () => {
  it("invites when there was never anything", async () => {
    await renderAt(<Grid query={page([])} />);
    expect(screen.getByText("None yet")).toBeInTheDocument();
  });

  it("offers to clear the filters when nothing matches", async () => {
    const { router } = await renderAt(<Grid query={page([])} />, "/?os=linux&q=zzz");
    expect(screen.getByText("Nothing matches")).toBeInTheDocument();
    await userEvent.click(screen.getAllByRole("button", { name: "Clear filters" })[1] as HTMLElement);
    await waitFor(() => {
      expect(router.state.location.search).toEqual({});
    });
  });

  it("tells a failure in words, with the request's id, and retries", async () => {
    const query = result({
      isError: true,
      error: toApiError(503, { code: "server.unavailable", request_id: "r-77" }, null),
    });
    await renderAt(<Grid query={query} />);
    expect(screen.getByText("The server is not available at the moment.")).toBeInTheDocument();
    expect(screen.getByText("Request r-77")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(query.refetch).toHaveBeenCalledOnce();
  });

  it("keeps old rows beside the news that they could not be renewed", async () => {
    await renderAt(
      <Grid query={{ ...page(rows), isError: true, error: toApiError(500, {}, null) } as UseQueryResult<Page<Row>>} />,
    );
    expect(screen.getByText("WAR-SRV-001")).toBeInTheDocument();
    expect(screen.getByText(/may be out of date/)).toBeInTheDocument();
  });
});

describe("selection", () => {
  const bulk =
    (run: (selection: Selection<Row>) => void) =>
    (selection: Selection<Row>): BulkActions => ({
      primary: [
        {
          id: "go",
          label: "Go",
          icon: null,
          run: () => {
            run(selection);
          },
        },
      ],
    });

  it("hands over the ticked rows", async () => {
    const run = vi.fn<(selection: Selection<Row>) => void>();
    await renderAt(<Grid query={page(rows, 137)} bulk={bulk(run)} />);
    await userEvent.click(screen.getByRole("checkbox", { name: "Select WAR-SRV-001" }));
    await userEvent.click(screen.getByRole("button", { name: "Go" }));
    expect(run.mock.calls[0]?.[0]).toMatchObject({ all: false, count: 1, rows: [rows[0]] });
  });

  it("hands over everything that matches when the reader asks for it", async () => {
    const run = vi.fn<(selection: Selection<Row>) => void>();
    await renderAt(<Grid query={page(rows, 137)} bulk={bulk(run)} />);
    await userEvent.click(screen.getByRole("checkbox", { name: "Select WAR-SRV-001" }));
    await userEvent.click(screen.getByRole("button", { name: "Select all 137 matching" }));
    await userEvent.click(screen.getByRole("button", { name: "Go" }));
    expect(run.mock.calls[0]?.[0]).toMatchObject({ all: true, count: 137 });
  });

  it("forgets the ticks when the filter changes", async () => {
    const { router } = await renderAt(<Grid query={page(rows, 137)} bulk={bulk(vi.fn())} />);
    await userEvent.click(screen.getByRole("checkbox", { name: "Select WAR-SRV-001" }));
    expect(screen.getByRole("toolbar")).toBeInTheDocument();
    await router.navigate({ to: ".", search: { os: "linux" } as never });
    await waitFor(() => {
      expect(screen.queryByRole("toolbar")).not.toBeInTheDocument();
    });
  });
});

describe("columns", () => {
  it("hides one and remembers it", async () => {
    await renderAt(<Grid query={page(rows)} />);
    await userEvent.click(screen.getByRole("button", { name: "Columns" }));
    await userEvent.click(await screen.findByRole("checkbox", { name: "Seen" }));
    await waitFor(() => {
      expect(screen.queryByRole("columnheader", { name: "Seen" })).not.toBeInTheDocument();
    });
    expect(localStorage.getItem("bosman.grid..test")).toContain('"hidden":["seen"]');
  });
});
