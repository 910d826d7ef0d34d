#Requires -Version 7.0
# The twin of build.sh for Windows: the same verbs and options. Core language and .NET calls only, so that a test can
# parse it anywhere. Windows is meant to work and is not run by CI: the README says what is.
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('setup', 'native', 'build', 'test', 'fuzz', 'bench', 'stops', 'sweep', 'soak', 'demo', 'pack', 'api',
        'clean', 'help')]
    [string] $Verb = 'help',
    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',
    [switch] $NoInstall,
    [switch] $Quick,
    [switch] $Aot,
    [string] $Filter = '',
    [string] $Json = '',
    [int] $Seconds = 60,
    [int] $Seed = 1,
    [string] $Target = '',
    [string] $Replay = '',
    [Parameter(ValueFromRemainingArguments)]
    [string[]] $PassOn = @()
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
[IO.Directory]::SetCurrentDirectory($PSScriptRoot)
$arch = [Runtime.InteropServices.RuntimeInformation]::OSArchitecture.ToString().ToLowerInvariant()
$rid = "win-$arch"
$nativeDir = [IO.Path]::Combine($PSScriptRoot, 'artifacts', 'native', $rid)
$results = [IO.Path]::Combine($PSScriptRoot, 'artifacts', 'results')
$solution = [IO.Path]::Combine($PSScriptRoot, 'Kamaelia.sln')
$usage = @'
usage: ./build.ps1 VERB [options]

verbs:
  setup   find what is missing and say how to get it
  native  build the native library with CMake
  build   native library, whole solution, and the tool as artifacts/kamaelia.cmd
  test    everything above, then all tests
  fuzz    run the managed fuzzers: -Seconds N each (60), -Target NAME, -Seed S, -Replay FILE
  bench   measure beside rivals, write benchmarks/results: -Quick, -Json FILE; --help for the rest
  stops   the stop matrix, 210 cells with real threads and sockets: stops [--times N]
  sweep   random graphs in a simulated world, checked against a model: sweep [--graphs N] [--seed S]
  soak    run the main graphs for long and tell whether what they hold stays flat: soak [--seconds N] (1800)
  demo    send a transport stream by multicast and receive it: demo [FILE]
  pack    make the packages in artifacts/packages
  api     write the libraries' PublicAPI.Unshipped.txt files from the code
  clean   remove everything that was built
  help    this text

options: -Configuration Release|Debug, -NoInstall, -Quick, -Aot, -Filter EXPRESSION
exit codes: 0 done, 1 failed, 69 something needed is missing
'@

function Say([string] $Text) { [Console]::Error.WriteLine("== $Text") }

# Runs a program with its output on stderr, as stdout is for data; throws if it fails.
function Invoke-Tool([string] $Exe, [string[]] $Arguments) {
    & $Exe @Arguments 2>&1 | ForEach-Object { [Console]::Error.WriteLine("$_") }
    if ($LASTEXITCODE -ne 0) { throw "$Exe $($Arguments[0]) failed with $LASTEXITCODE" }
}

function Find-Tool([string] $Name) {
    foreach ($folder in [Environment]::GetEnvironmentVariable('PATH').Split([IO.Path]::PathSeparator)) {
        foreach ($ending in @('.exe', '.cmd', '')) {
            if ($folder -and [IO.File]::Exists([IO.Path]::Combine($folder, $Name + $ending))) { return $true }
        }
    }
    return $false
}

# Nothing is installed here, with or without -NoInstall: it says what to run.
function Invoke-Setup {
    $missing = @()
    if (-not (Find-Tool 'dotnet')) { $missing += 'winget install Microsoft.DotNet.SDK.10' }
    if (-not (Find-Tool 'cmake')) { $missing += 'winget install Kitware.CMake' }
    if ($missing.Count -gt 0) {
        [Console]::Error.WriteLine('build.ps1: something is missing. Run:')
        foreach ($line in $missing) { [Console]::Error.WriteLine("    $line") }
        exit 69
    }
}

function Invoke-NativeBuild([string[]] $Options = @()) {
    Say "native library ($Configuration) in $nativeDir"
    Invoke-Tool 'cmake' (@('-S', $PSScriptRoot, '-B', $nativeDir, "-DCMAKE_BUILD_TYPE=$Configuration") + $Options)
    Invoke-Tool 'cmake' @('--build', $nativeDir, '--config', $Configuration, '--parallel')
}

function Invoke-SolutionBuild {
    Say "solution ($Configuration)"
    Invoke-Tool 'dotnet' @('build', $solution, '-c', $Configuration, '--nologo', '-v', 'quiet')
}

function Invoke-ToolBuild {
    Say 'tool: artifacts/kamaelia.cmd'
    $out = [IO.Path]::Combine($PSScriptRoot, 'artifacts', 'tool')
    $project = [IO.Path]::Combine($PSScriptRoot, 'src', 'Kamaelia.Cli')
    $how = @('--self-contained', 'false', '-p:PublishReadyToRun=true')
    if ($Aot) { $how = @('-p:PublishAot=true') }
    Invoke-Tool 'dotnet' (@('publish', $project, '-c', $Configuration, '-o', $out, '--nologo', '-v', 'quiet',
        '-r', $rid) + $how)
    $launcher = [IO.Path]::Combine($PSScriptRoot, 'artifacts', 'kamaelia.cmd')
    [IO.File]::WriteAllText($launcher, "@`"%~dp0tool\Kamaelia.Cli.exe`" %*`r`n")
}

# Adds up what the runners wrote into their reports; the sanitizers and fuzzers are build.sh's.
function Write-ClosingLine {
    $passed = 0; $failed = 0; $skipped = 0
    foreach ($file in [IO.Directory]::GetFiles($results, '*.trx')) {
        $counters = ([xml][IO.File]::ReadAllText($file)).TestRun.ResultSummary.Counters
        $passed += [int]$counters.passed
        $failed += [int]$counters.failed
        $skipped += [int]$counters.total - [int]$counters.passed - [int]$counters.failed
    }
    foreach ($file in [IO.Directory]::GetFiles($results, '*.junit.xml')) {
        $suite = ([xml][IO.File]::ReadAllText($file)).testsuite
        $out = [int]$suite.skipped + [int]$suite.disabled
        $passed += [int]$suite.tests - [int]$suite.failures - $out
        $failed += [int]$suite.failures
        $skipped += $out
    }
    [Console]::Out.WriteLine("$passed passed, $failed failed, $skipped skipped")
    return ($failed -eq 0) -and ($passed -gt 0)
}

function Invoke-Tests {
    Invoke-Setup
    if ([IO.Directory]::Exists($results)) { [IO.Directory]::Delete($results, $true) }
    [void][IO.Directory]::CreateDirectory($results)
    Invoke-NativeBuild
    Invoke-SolutionBuild
    Invoke-ToolBuild
    $arguments = @('test', $solution, '-c', $Configuration, '--no-build', '--nologo', '--logger', 'trx',
        '--results-directory', $results, '-m:1')
    if ($Filter) { $arguments += @('--filter', $Filter) }
    $broken = $false
    try { Invoke-Tool 'dotnet' $arguments } catch { $broken = $true; [Console]::Error.WriteLine("$_") }
    $good = Write-ClosingLine
    if ($broken -or -not $good) { exit 1 }
}

# The native ones are libFuzzer's and with it build.sh's.
function Invoke-Fuzz {
    Invoke-Setup
    Invoke-NativeBuild
    $folder = [IO.Path]::Combine($PSScriptRoot, 'tests', 'Kamaelia.Fuzz')
    Invoke-Tool 'dotnet' @('build', $folder, '-c', $Configuration, '--nologo', '-v', 'quiet')
    $arguments = @([IO.Path]::Combine($folder, 'bin', $Configuration, 'net10.0', 'Kamaelia.Fuzz.dll'))
    if ($Replay) { $arguments += @('--replay', $Replay) }
    else { $arguments += @('--seconds', "$Seconds", '--seed', "$Seed") }
    if ($Target) { $arguments += @('--target', $Target) }
    & dotnet @arguments
    exit $LASTEXITCODE
}

function Invoke-Bench {
    Invoke-Setup
    $Configuration = 'Release' # A figure from a debug build is worth nothing.
    Invoke-NativeBuild
    $folder = [IO.Path]::Combine($PSScriptRoot, 'benchmarks', 'Kamaelia.Benchmarks')
    Invoke-Tool 'dotnet' @('build', $folder, '-c', 'Release', '--nologo', '-v', 'quiet')
    $arguments = @([IO.Path]::Combine($folder, 'bin', 'Release', 'net10.0', 'Kamaelia.Benchmarks.dll'))
    if ($Quick) { $arguments += '--quick' }
    if ($Json) { $arguments += @('--json', $Json) }
    if ($Filter) { $arguments += @('--filter', $Filter) }
    & dotnet @arguments @PassOn
    exit $LASTEXITCODE
}

# A program of the solution, built and run with what was passed on.
function Invoke-Program([string] $Folder, [string] $Name) {
    Invoke-Setup
    Invoke-NativeBuild
    $project = [IO.Path]::Combine($PSScriptRoot, $Folder, $Name)
    Invoke-Tool 'dotnet' @('build', $project, '-c', $Configuration, '--nologo', '-v', 'quiet')
    & dotnet ([IO.Path]::Combine($project, 'bin', $Configuration, 'net10.0', "$Name.dll")) @PassOn
    exit $LASTEXITCODE
}

function Invoke-Demo {
    Invoke-Setup
    Invoke-NativeBuild
    Invoke-ToolBuild
    if ($PassOn.Count -eq 0) { $PassOn = @([IO.Path]::Combine($PSScriptRoot, 'tests', 'data', 'sample.ts')) }
    & ([IO.Path]::Combine($PSScriptRoot, 'artifacts', 'kamaelia.cmd')) demo @PassOn
    exit $LASTEXITCODE
}

function Invoke-Pack {
    Invoke-Setup
    Invoke-NativeBuild
    $packages = [IO.Path]::Combine($PSScriptRoot, 'artifacts', 'packages')
    if ([IO.Directory]::Exists($packages)) { [IO.Directory]::Delete($packages, $true) }
    Invoke-Tool 'dotnet' @('pack', $solution, '-c', $Configuration, '--nologo', '-v', 'quiet')
}

# The analyzer names what is public and in no file; those names are the file.
function Invoke-Api {
    Invoke-Setup
    Invoke-NativeBuild
    foreach ($name in @('src/Kamaelia.Axon', 'interop/Kamaelia.Interop', 'src/Kamaelia', 'src/Kamaelia.Simulation',
            'src/Kamaelia.Testing')) {
        $project = [IO.Path]::Combine($PSScriptRoot, $name)
        $file = [IO.Path]::Combine($project, 'PublicAPI.Unshipped.txt')
        Invoke-Tool 'dotnet' @('build', $project, '-c', $Configuration, '--nologo', '-v', 'quiet')
        [IO.File]::WriteAllText($file, "#nullable enable`n")
        $names = [Collections.Generic.SortedSet[string]]::new([StringComparer]::Ordinal)
        $said = & dotnet build $project -c $Configuration --nologo --no-incremental --no-dependencies `
            '-p:EnablePublicApi=true' '-p:TreatWarningsAsErrors=false' '-clp:NoSummary'
        foreach ($line in $said) {
            if ($line -match "warning RS0016: Symbol '(.*)' is not part of") { [void]$names.Add($Matches[1]) }
        }
        [IO.File]::AppendAllText($file, [string]::Concat(@($names | ForEach-Object { "$_`n" })))
        [Console]::Out.WriteLine("${file}: $($names.Count) names")
    }
}

function Invoke-Clean {
    foreach ($top in @('src', 'interop', 'tests', 'benchmarks')) {
        foreach ($name in @('bin', 'obj')) {
            $folders = [IO.Directory]::GetDirectories([IO.Path]::Combine($PSScriptRoot, $top), $name, 'AllDirectories')
            foreach ($folder in $folders) {
                # A bin inside an obj that is already gone.
                if ([IO.Directory]::Exists($folder)) { [IO.Directory]::Delete($folder, $true) }
            }
        }
    }
    $artifacts = [IO.Path]::Combine($PSScriptRoot, 'artifacts')
    if ([IO.Directory]::Exists($artifacts)) { [IO.Directory]::Delete($artifacts, $true) }
}

switch ($Verb) {
    'setup' { Invoke-Setup; Say 'ready' }
    'native' { Invoke-Setup; Invoke-NativeBuild }
    'build' { Invoke-Setup; Invoke-NativeBuild; Invoke-SolutionBuild; Invoke-ToolBuild }
    'test' { Invoke-Tests }
    'fuzz' { Invoke-Fuzz }
    'bench' { Invoke-Bench }
    'stops' { Invoke-Program 'tests' 'Kamaelia.Stop.Tests' }
    'sweep' { Invoke-Program 'tests' 'Kamaelia.Sweep' }
    'soak' { Invoke-Program 'benchmarks' 'Kamaelia.Soak' }
    'demo' { Invoke-Demo }
    'pack' { Invoke-Pack }
    'api' { Invoke-Api }
    'clean' { Invoke-Clean }
    'help' { [Console]::Out.WriteLine($usage) }
}
