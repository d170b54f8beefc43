; The Windows installer of the Bosman agent. Built on Linux by `make installer-windows`.
;
; One generic file: token, server and CA pin come on the command line
;   bosman-agent-X.exe /S /TOKEN=… /SERVER=https://… /CAPIN=…
; or from the page that asks for them. All real work is done by the agent's own Python (cli/windows_setup.py).

Target amd64-unicode        ; first of all: the default stub is 32-bit
Unicode true
!include "LogicLib.nsh"
!include "FileFunc.nsh"
!include "nsDialogs.nsh"
!include "x64.nsh"

; Given by the build: VERSION, PAYLOAD (the version folder), OUTPUT, SIZE_KIB.
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Bosman Agent"

Name "Bosman Agent"
OutFile "${OUTPUT}"
BrandingText "Bosman ${VERSION}"
RequestExecutionLevel admin
!ifdef QUICK
SetCompressor zlib
!else
SetCompressor /SOLID lzma
!endif
InstallDir "$PROGRAMFILES64\Bosman Agent"
ShowInstDetails nevershow
ShowUninstDetails nevershow
VIProductVersion "${VERSION_QUAD}"
VIAddVersionKey "ProductName" "Bosman Agent"
VIAddVersionKey "FileDescription" "Bosman Agent"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "Apache License 2.0"
!ifdef SIGN_COMMAND
!uninstfinalize '${SIGN_COMMAND} "%1"'
!endif

LoadLanguageFile "${NSISDIR}\Contrib\Language files\English.nlf"
LoadLanguageFile "${NSISDIR}\Contrib\Language files\Polish.nlf"
LangString ASK_TITLE ${LANG_ENGLISH} "Which server looks after this computer?"
LangString ASK_TITLE ${LANG_POLISH} "Który serwer ma opiekować się tym komputerem?"
LangString ASK_HINT ${LANG_ENGLISH} "Copy the three values from Settings, Agent installation."
LangString ASK_HINT ${LANG_POLISH} "Skopiuj trzy wartości z Ustawień, karta Instalacja agenta."
LangString ASK_SERVER ${LANG_ENGLISH} "Server (https://…)"
LangString ASK_SERVER ${LANG_POLISH} "Serwer (https://…)"
LangString ASK_TOKEN ${LANG_ENGLISH} "Token"
LangString ASK_TOKEN ${LANG_POLISH} "Token"
LangString ASK_PIN ${LANG_ENGLISH} "CA fingerprint (SHA-256)"
LangString ASK_PIN ${LANG_POLISH} "Odcisk CA (SHA-256)"
LangString ONLY_64 ${LANG_ENGLISH} "Bosman needs 64-bit Windows 10 or Windows Server 2016, or newer."
LangString ONLY_64 ${LANG_POLISH} "Bosman wymaga 64-bitowego systemu Windows 10 lub Windows Server 2016 albo nowszego."
LangString STOPPING ${LANG_ENGLISH} "Stopping the service…"
LangString STOPPING ${LANG_POLISH} "Zatrzymywanie usługi…"
LangString SETTING_UP ${LANG_ENGLISH} "Enrolling and starting the service…"
LangString SETTING_UP ${LANG_POLISH} "Rejestrowanie i uruchamianie usługi…"
LangString NOT_REMOVED ${LANG_ENGLISH} "The agent could not be removed:"
LangString NOT_REMOVED ${LANG_POLISH} "Nie udało się usunąć agenta:"

Var ARGUMENTS
Var ENROLLED
Var FRESH
Var SERVER_FIELD
Var TOKEN_FIELD
Var PIN_FIELD

Page custom AskServer TakeServer
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

Function .onInit
  SetRegView 64
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP|MB_OK "$(ONLY_64)" /SD IDOK
    SetErrorLevel 1633
    Abort
  ${EndIf}
  ${GetParameters} $ARGUMENTS
  StrCpy $ENROLLED 0
  SetShellVarContext all
  ${If} ${FileExists} "$APPDATA\Bosman Agent\agent.json"
    StrCpy $ENROLLED 1
  ${EndIf}
FunctionEnd

Function AskServer
  ; A device that is enrolled keeps its identity, and whoever gave a token on the command line has said it all.
  ${GetOptions} "$ARGUMENTS" "/TOKEN=" $0
  ${If} $ENROLLED == 1
  ${OrIf} $0 != ""
    Abort
  ${EndIf}
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 100% 12u "$(ASK_TITLE)"
  Pop $0
  ${NSD_CreateLabel} 0 13u 100% 12u "$(ASK_HINT)"
  Pop $0
  ${NSD_CreateLabel} 0 32u 100% 10u "$(ASK_SERVER)"
  Pop $0
  ${NSD_CreateText} 0 43u 100% 13u ""
  Pop $SERVER_FIELD
  ${NSD_CreateLabel} 0 62u 100% 10u "$(ASK_TOKEN)"
  Pop $0
  ${NSD_CreateText} 0 73u 100% 13u ""
  Pop $TOKEN_FIELD
  ${NSD_CreateLabel} 0 92u 100% 10u "$(ASK_PIN)"
  Pop $0
  ${NSD_CreateText} 0 103u 100% 13u ""
  Pop $PIN_FIELD
  nsDialogs::Show
FunctionEnd

Function TakeServer
  ${NSD_GetText} $SERVER_FIELD $0
  ${NSD_GetText} $TOKEN_FIELD $1
  ${NSD_GetText} $PIN_FIELD $2
  StrCpy $ARGUMENTS '"/SERVER=$0" "/TOKEN=$1" "/CAPIN=$2"'
FunctionEnd

Section
  StrCpy $FRESH 1
  ${If} ${FileExists} "$INSTDIR\versions\${VERSION}\release.json"
    StrCpy $FRESH 0
    ; Its files are in use: they can only be laid anew while the service is stopped.
    DetailPrint "$(STOPPING)"
    nsExec::ExecToStack '"$INSTDIR\versions\${VERSION}\python\python.exe" -X utf8 -m bosman_agent.cli.windows_setup stop'
    Pop $0
    Pop $1
  ${EndIf}
  SetOutPath "$INSTDIR\versions\${VERSION}"
  File /r "${PAYLOAD}\*"
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  DetailPrint "$(SETTING_UP)"
  System::Call 'kernel32::SetEnvironmentVariableW(w "BOSMAN_SETUP_ARGUMENTS", w "$ARGUMENTS")'
  nsExec::ExecToStack '"$INSTDIR\versions\${VERSION}\python\python.exe" -X utf8 -m bosman_agent.cli.windows_setup install'
  Pop $0
  Pop $1
  ${If} $0 != 0
    DetailPrint "$1"
    MessageBox MB_ICONSTOP|MB_OK "$1" /SD IDOK
    ${If} $FRESH == 1
      SetOutPath "$TEMP"
      RMDir /r "$INSTDIR\versions\${VERSION}"
      ${If} $ENROLLED == 0
        RMDir /r "$INSTDIR"
      ${EndIf}
    ${EndIf}
    SetErrorLevel $0
    Quit
  ${EndIf}

  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayName" "Bosman Agent"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "Publisher" "Bosman"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoRepair" 1
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE_KIB}
SectionEnd

Function un.onInit
  SetRegView 64
FunctionEnd

Section "Uninstall"
  ; The version that runs may be one that an update brought: any of them can take the service away.
  FindFirst $2 $3 "$INSTDIR\versions\*"
  StrCpy $0 1
  ${DoWhile} $3 != ""
    ${If} $0 != 0
    ${AndIf} ${FileExists} "$INSTDIR\versions\$3\release.json"
      nsExec::ExecToStack '"$INSTDIR\versions\$3\python\python.exe" -X utf8 -m bosman_agent.cli.windows_setup remove'
      Pop $0
      Pop $1
    ${EndIf}
    FindNext $2 $3
  ${Loop}
  FindClose $2
  ${If} $0 != 0
    MessageBox MB_ICONSTOP|MB_OK "$(NOT_REMOVED) $1" /SD IDOK
    SetErrorLevel 1
    Quit
  ${EndIf}
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR"
  DeleteRegKey HKLM "${UNINSTALL_KEY}"
SectionEnd
