import { ActionIcon, Button, Checkbox, Menu, Popover, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconBookmarkPlus, IconChevronDown } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ListView } from "@/api/types.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { toastFailed } from "@/ui/toast.tsx";
import { isSame, keptOf, type Kept } from "./address.ts";
import { useChangeView, useForgetView, useSaveView, viewsQuery, type ListName, type ViewChange } from "./api.ts";
import classes from "./views.module.css";

function NameForm({ initial, onSend }: { initial: string; onSend: (name: string, isDefault: boolean) => void }) {
  const { t } = useTranslation(["views", "common"]);
  const [name, setName] = useState(initial);
  const [isDefault, setDefault] = useState(false);
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "") onSend(name.trim(), isDefault);
      }}
    >
      <TextInput
        size="xs"
        label={t("views:name")}
        maxLength={60}
        required
        data-autofocus
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      {initial === "" ? (
        <Checkbox
          label={t("views:opensWith")}
          checked={isDefault}
          onChange={(event) => {
            setDefault(event.currentTarget.checked);
          }}
        />
      ) : null}
      <Button type="submit" disabled={name.trim() === ""}>
        {t("common:save")}
      </Button>
    </form>
  );
}

interface ViewMenuProps {
  view: ListView;
  current: Kept;
  onGone: () => void;
}

/** What can be done with the view that is open. */
function ViewMenu({ view, current, onGone }: ViewMenuProps) {
  const { t } = useTranslation("views");
  const errors = useErrorText();
  const change = useChangeView();
  const forget = useForgetView();
  const [renaming, rename] = useState(false);
  const onError = (error: unknown): void => {
    toastFailed(errors.of(error));
  };
  const set = (body: ViewChange): void => {
    change.mutate({ view, body }, { onError });
  };
  return (
    <Popover opened={renaming} onChange={rename} position="bottom-start" trapFocus withinPortal>
      <Popover.Target>
        <span>
          <Menu position="bottom-start">
            <Menu.Target>
              <ActionIcon size={22} aria-label={t("menu", { name: view.name })}>
                <IconChevronDown size={14} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {isSame(view.query, current) ? null : (
                <Menu.Item
                  onClick={() => {
                    set({ query: current });
                  }}
                >
                  {t("keepChanges")}
                </Menu.Item>
              )}
              <Menu.Item
                onClick={() => {
                  rename(true);
                }}
              >
                {t("rename")}
              </Menu.Item>
              <Menu.Item
                onClick={() => {
                  set({ is_default: !view.is_default });
                }}
              >
                {view.is_default ? t("noDefault") : t("makeDefault")}
              </Menu.Item>
              <Menu.Item
                data-danger
                onClick={() => {
                  forget.mutate(view, { onSuccess: onGone, onError });
                }}
              >
                {t("forget")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </span>
      </Popover.Target>
      <Popover.Dropdown>
        <NameForm
          initial={view.name}
          onSend={(name) => {
            set({ name });
            rename(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

/** Keeps what the list shows now, under a name. */
function SaveView({ list, current, onSaved }: { list: ListName; current: Kept; onSaved: (view: ListView) => void }) {
  const { t } = useTranslation("views");
  const errors = useErrorText();
  const save = useSaveView();
  const [opened, open] = useState(false);
  return (
    <Popover opened={opened} onChange={open} position="bottom-start" trapFocus withinPortal>
      <Popover.Target>
        <Button
          variant="subtle"
          size="compact-xs"
          leftSection={<IconBookmarkPlus size={14} />}
          onClick={() => {
            open(!opened);
          }}
        >
          {t("save")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <NameForm
          initial=""
          onSend={(name, isDefault) => {
            save.mutate(
              { list, name, query: current, is_default: isDefault },
              {
                onSuccess: (view) => {
                  open(false);
                  onSaved(view);
                },
                onError: (error) => {
                  toastFailed(errors.of(error));
                },
              },
            );
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

/** The views that the reader has made of a list, as tabs; the list opens with the one that they have chosen for it. */
export function ViewTabs({ name }: { name: ListName }) {
  const { t } = useTranslation("views");
  const navigate = useNavigate();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const { data = [] } = useQuery(viewsQuery);
  const [opened, open] = useState<string | null>(null);
  const arrived = useRef(false);
  const current = keptOf(search);
  const isPlain = Object.keys(current).length === 0;
  const views = data.filter((view) => view.list === name);
  const shown = views.find((view) => isSame(view.query, current)) ?? views.find((view) => view.id === opened);

  const show = (query: Kept, replace = false): void => {
    const merge = ({ tenant, site }: Record<string, unknown>) => ({ ...query, tenant, site });
    void navigate({ to: ".", search: merge as never, replace });
  };
  const initial = views.find((view) => view.is_default);
  useEffect(() => {
    // Once, when one comes to the list without saying what of it: "All" is a choice as any other.
    if (arrived.current || initial === undefined) return;
    arrived.current = true;
    if (isPlain) show(initial.query, true);
  });
  if (views.length === 0 && isPlain) return null;

  return (
    <div className={classes.views} role="group" aria-label={t("label")}>
      <button
        type="button"
        className={classes.view}
        aria-pressed={isPlain}
        onClick={() => {
          arrived.current = true;
          open(null);
          show({});
        }}
      >
        {t("all")}
      </button>
      {views.map((view) => (
        <span key={view.id} className={classes.tab}>
          <button
            type="button"
            className={classes.view}
            aria-pressed={view.id === shown?.id}
            onClick={() => {
              open(view.id);
              show(view.query);
            }}
          >
            {view.name}
          </button>
          {view.id === shown?.id ? (
            <ViewMenu
              view={view}
              current={current}
              onGone={() => {
                open(null);
              }}
            />
          ) : null}
        </span>
      ))}
      {isPlain || (shown !== undefined && isSame(shown.query, current)) ? null : (
        <SaveView
          list={name}
          current={current}
          onSaved={(view) => {
            open(view.id);
          }}
        />
      )}
    </div>
  );
}
