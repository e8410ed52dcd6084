# Intune, Win32 app, custom detection script: installed, in this version or a newer one, where something is written to
# standard output and the exit code is 0.
$program = Join-Path $env:ProgramFiles 'MiniClient\mc-start.exe'
if (-not (Test-Path -LiteralPath $program)) { exit 1 }
$found = (Get-Item -LiteralPath $program).VersionInfo
$installed = [version]('{0}.{1}.{2}' -f $found.FileMajorPart, $found.FileMinorPart, $found.FileBuildPart)
if ($installed -lt [version]'@VERSION@') { exit 1 }
Write-Output "MiniClient $installed"
exit 0
